import { countWords } from '../arabic/reading.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import type { PortableText } from '../portable-text/schema.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import {
  absoluteUrl,
  bodyHtml,
  bodyText,
  imagesOf,
  inOwnLanguage,
  type Origin,
  toJson,
  urnOf,
} from './article-parts.ts';
import { commaOf } from './in-words.ts';
import { uriOf } from './uris.ts';

/** IPTC ninjs 3.0: a news item as syndication partners take it. */
export function renderNinjs(article: PublishedArticle, site: SiteSettings, origin: Origin): string {
  const { headline, kicker, lead, locale, urgency, dateline, slug, source } = article;
  const { id, authors, category, tags, publishedAt, updatedAt } = article;
  const url = absoluteUrl(article, site, origin);
  const text = bodyText(article);
  const counted = bodyText(withoutPictures(article));
  const sourceUri = uriOf(source?.url);
  const names = authors.map(({ name }) => name);
  const item = {
    standard: {
      name: 'ninjs',
      version: '3.0',
      schema: 'https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json',
    },
    uri: urnOf(article),
    type: 'text',
    representationType: 'full',
    version: new Date(updatedAt).getTime().toString(),
    firstCreated: publishedAt,
    versionCreated: updatedAt,
    contentCreated: publishedAt,
    pubStatus: 'usable',
    language: locale,
    ...(urgency === null ? {} : { urgency }),
    copyrightHolder: source?.name ?? site.name,
    title: headline,
    headlines: [
      { role: 'main', contentType: 'text/plain', value: headline },
      ...(kicker === null ? [] : [{ role: 'kicker', contentType: 'text/plain', value: kicker }]),
    ],
    descriptions: lead === null ? [] : [{ role: 'summary', contentType: 'text/plain', value: lead }],
    bodies: [
      {
        role: 'main',
        contentType: 'text/plain',
        charCount: [...counted].length,
        wordCount: countWords(counted),
        value: text,
      },
      { role: 'richtext', contentType: 'text/html', value: inOwnLanguage(article, bodyHtml(article, url)) },
    ],
    ...(names.length === 0 ? {} : { by: names.join(commaOf(article)) }),
    people: authors.map(({ id: authorId, name, role }) => ({ name, rel: role, uri: `urn:uuid:${authorId}` })),
    ...(dateline === null ? {} : { located: dateline }),
    slugline: slug,
    subjects: [
      ...(category ? [{ name: category.name, rel: 'category', uri: `urn:uuid:${category.id}` }] : []),
      ...tags.map((tag) => ({ name: tag.name, rel: 'tag', uri: `urn:uuid:${tag.id}` })),
    ],
    infoSources:
      source === null ? [] : [{ name: source.name, role: 'originator', ...(sourceUri ? { uri: sourceUri } : {}) }],
    altIds: [{ role: 'khabar', value: id }],
    renditions: [{ name: 'web', href: url, contentType: 'text/html', title: headline }],
    associations: imagesOf(article).map((image, index) => ({
      name: `image-${index + 1}`,
      uri: image.url,
      type: 'picture',
      ...(image.caption === '' ? {} : { descriptions: [{ role: 'caption', value: image.caption }] }),
      ...(image.alt === '' ? {} : { title: image.alt }),
      ...(image.credit === '' ? {} : { by: image.credit }),
      renditions: [
        {
          name: 'original',
          href: image.url,
          ...(image.width === undefined ? {} : { width: image.width }),
          ...(image.height === undefined ? {} : { height: image.height }),
        },
      ],
    })),
  };
  return toJson(item);
}

/** Captions are in the text of a body, but neither counted with its words nor with its letters (ninjs 3.0, bodies). */
function withoutPictures(article: PublishedArticle): PublishedArticle {
  const sections = article.sections.map((section) => ({
    ...section,
    body: (section.body as PortableText).filter(({ _type }) => _type !== 'image'),
  }));
  return { ...article, sections };
}
