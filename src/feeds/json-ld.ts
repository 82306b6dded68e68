import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { absoluteUrl, bodyText, imagesOf, type Origin, summaryOf, toJson, urnOf } from './article-parts.ts';
import { type Credited, creditsOf, type Other } from './credits.ts';
import { uriOf } from './uris.ts';

/**
 * schema.org NewsArticle as JSON-LD, with what Google's guidelines for articles ask for. It may stand inside of a script
 * element as it is: nothing in it can end one.
 */
export function renderJsonLd(article: PublishedArticle, site: SiteSettings, origin: Origin): string {
  const { headline, kicker, dateline, locale, category, tags, source, seo, comments, wordCount } = article;
  const url = absoluteUrl(article, site, origin);
  const images = imagesOf(article);
  const description = seo?.description ?? summaryOf(article, 300);
  const alternative = seo?.title ?? kicker;
  const articleBody = bodyText(article);
  const logoUrl = uriOf(site.logoUrl);
  const accounts = site.socialAccounts.flatMap((account) => uriOf(account) ?? []);
  const home = new URL('/', site.baseUrl ?? origin).href;
  const publisher = {
    '@type': 'NewsMediaOrganization',
    name: site.name,
    url: home,
    ...(logoUrl === null ? {} : { logo: { '@type': 'ImageObject', url: logoUrl } }),
    ...(accounts.length === 0 ? {} : { sameAs: accounts }),
  };
  const { authors, others } = creditsOf(article, site, origin);
  const house: Credited = { type: 'Organization', name: site.name, url: home };
  const document = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    // Not the address: that is the name of the page, and one name would make the two one thing.
    '@id': urnOf(article),
    url,
    mainEntityOfPage: { '@type': 'WebPage', '@id': uriOf(seo?.canonicalUrl) ?? url },
    // What readers see, as Google asks; what search engines are to be shown instead is the other one.
    headline,
    ...(alternative ? { alternativeHeadline: alternative } : {}),
    ...(description === '' ? {} : { description }),
    inLanguage: locale,
    ...(images.length === 0 ? {} : { image: images.map((image) => image.url) }),
    datePublished: article.publishedAt,
    dateModified: article.updatedAt,
    // Someone must stand for every article: without a name it is the house.
    author: (authors.length === 0 ? [house] : authors).map(thing),
    ...partsOf(others),
    publisher,
    ...(source === null
      ? {}
      : { sourceOrganization: thing({ type: 'Organization', name: source.name, url: uriOf(source.url) }) }),
    ...(category === null ? {} : { articleSection: category.name }),
    ...(tags.length === 0 ? {} : { keywords: tags.map(({ name }) => name) }),
    ...(dateline === null ? {} : { dateline }),
    ...(articleBody === '' ? {} : { articleBody }),
    wordCount,
    commentCount: comments.count,
    isAccessibleForFree: true,
  };
  return toJson(document).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function thing({ type, name, url }: Credited) {
  return { '@type': type, name, ...(url === null ? {} : { url }) };
}

/** Editors, translators and others, each under the property that schema.org has for them. */
function partsOf(others: readonly Other[]): Partial<Record<Other['part'], object[]>> {
  const parts: Partial<Record<Other['part'], object[]>> = {};
  for (const other of others) parts[other.part] = [...(parts[other.part] ?? []), thing(other)];
  return parts;
}
