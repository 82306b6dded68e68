import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugify } from '../../src/arabic/slug.ts';
import { loadConfig } from '../../src/config.ts';
import { siteSettingsPatch } from '../../src/settings/schemas.ts';
import { defaultSiteSettings } from '../../src/settings/service.ts';
import { articleUrls, termUrl } from '../../src/settings/urls.ts';

const site = {
  baseUrl: 'https://sham.example',
  urlPattern: '/{category}/{year}/{month}/{day}/{slug}-{id}.html',
  timeZone: 'Asia/Damascus',
};
const article = {
  id: '019a7000-0000-7000-8000-000000000001',
  slug: 'سوريا-توقع',
  publishedAt: '2025-11-10T22:00:00Z',
  categorySlug: 'سياسة',
};

describe('the address of a category, tag or author', () => {
  const settings = { ...defaultSiteSettings(loadConfig({})), baseUrl: 'https://sham.example' };
  const term = { id: article.id, slug: 'ليلى-حداد' };

  it('is made of the pattern of its kind, percent-encoded, and is none without', () => {
    const site = { ...settings, authorUrlPattern: '/كتّاب/{slug}/', tagUrlPattern: '/t/{id}-{slug}.html' };
    const origin = 'https://api.sham.example';
    expect(termUrl(site, 'author', term, origin)).toBe(encodeURI('https://sham.example/كتّاب/ليلى-حداد/'));
    expect(termUrl(site, 'tag', term, origin)).toBe(encodeURI(`https://sham.example/t/${article.id}-ليلى-حداد.html`));
    expect(termUrl(site, 'category', term, origin)).toBeNull();
    expect(termUrl({ ...site, baseUrl: null }, 'author', term, origin)).toMatch(/^https:\/\/api\.sham\.example\/%/);
  });
});

describe('the address of an article', () => {
  it('is percent-encoded for machines and in letters for people, dated in the zone of the site', () => {
    expect(articleUrls(site, article)).toEqual({
      iri: `https://sham.example/سياسة/2025/11/11/سوريا-توقع-${article.id}.html`,
      url: `https://sham.example/${encodeURIComponent('سياسة')}/2025/11/11/${encodeURIComponent('سوريا-توقع')}-${article.id}.html`,
    });
  });

  it('leaves the marks of letters where people read it', () => {
    const { url, iri } = articleUrls({ ...site, urlPattern: '/{slug}' }, { ...article, slug: 'हिन्दी' });
    expect([iri, url]).toEqual(['https://sham.example/हिन्दी', `https://sham.example/${encodeURIComponent('हिन्दी')}`]);
  });

  it('loses the part of a category that the article does not have', () => {
    const bare = { ...article, categorySlug: null };
    expect(articleUrls({ ...site, urlPattern: '/{category}/{id}' }, bare).iri).toBe(
      `https://sham.example/${article.id}`,
    );
    expect(articleUrls({ ...site, urlPattern: '/in-{category}/{id}' }, bare).iri).toBe(
      `https://sham.example/${article.id}`,
    );
  });

  it('is a path while the site has no address', () => {
    const { url, iri } = articleUrls({ ...site, baseUrl: null, urlPattern: '/a/{slug}' }, article);
    expect(iri).toBe('/a/سوريا-توقع');
    expect(decodeURIComponent(url)).toBe(iri);
  });

  it('shows a host in letters', () => {
    const baseUrl = 'https://xn--mgbh0fb.example:8443';
    const { url, iri } = articleUrls({ ...site, baseUrl, urlPattern: '/{id}' }, article);
    expect(url).toBe(`https://xn--mgbh0fb.example:8443/${article.id}`);
    expect(iri).toBe(`https://مثال.example:8443/${article.id}`);
  });

  it('follows a change of the settings', () => {
    const before = { ...site, urlPattern: '/{id}' };
    expect(articleUrls(before, article).iri).toBe(`https://sham.example/${article.id}`);
    expect(articleUrls({ ...before, urlPattern: '/n/{id}' }, article).iri).toBe(`https://sham.example/n/${article.id}`);
  });

  const slug = fc
    .string({ unit: 'binary', minLength: 1 })
    .map((text) => slugify(text))
    .filter((text) => text !== '');
  const literal = fc.constantFrom('a', 'أخبار', 'News-', 'v1.', '_');
  const part = fc
    .array(fc.oneof(literal, fc.constantFrom('{id}', '{slug}', '{category}', '{year}', '{month}', '{day}')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pieces) => pieces.join(''));
  const pattern = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '/'))
    .map(([parts, end]) => `/${parts.join('/')}${end}`)
    .filter((urlPattern) => siteSettingsPatch.safeParse({ urlPattern }).success);

  it('means the same to a URL parser in both forms, and keeps every part of the pattern', () => {
    fc.assert(
      fc.property(pattern, slug, fc.option(slug), (urlPattern, articleSlug, categorySlug) => {
        const { url, iri } = articleUrls({ ...site, urlPattern }, { ...article, slug: articleSlug, categorySlug });
        expect(url).toMatch(/^[\x21-\x7e]+$/);
        expect(new URL(url).href).toBe(url);
        expect(new URL(iri).href).toBe(url);
        const parts = urlPattern.split('/').filter((each) => categorySlug !== null || !each.includes('{category}'));
        expect(new URL(url).pathname.split('/')).toHaveLength(parts.length);
        expect(decodeURIComponent(url).includes(articleSlug) || decodeURIComponent(url).includes(article.id)).toBe(
          true,
        );
      }),
    );
  });
});
