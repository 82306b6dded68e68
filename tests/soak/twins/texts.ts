import type { Random } from './random.ts';
import type { Kind, Line, World } from './world.ts';

const vocabulary = [
  ...['سوريا', 'دمشق', 'اقتصاد', 'الاقتصاد', 'سياسة', 'السياسة', 'رياضة', 'مؤتمر', 'إعلان', 'اعلان', 'تعاون', 'القمّة'],
  ...['القمه', 'مُحافظة', 'محافظه', 'بيروت', 'ولبنان', '«داعش»', '2025', '٢٠٢٥', 'news', 'Peace', 'و', '😀', 'ـ', '-'],
];
const sources = ['المصدر 7', 'المصدر ٧', 'وكالة الأنباء', 'وكاله الانباء', 'Reuters'];
const locales = ['ar', 'ar-SY', 'en', 'fa', 'he'];
const dates = [
  ...[
    '2025-11-10T23:30:00Z',
    '2025-10-31T22:30:00.000Z',
    '2025-11-01T00:00:00+03:00',
    '2024-02-29',
    '1999-12-31T23:59:59.999Z',
  ],
  ...['11 تشرين الثاني 2025', '٢٠٢٥/١٠/٣١', '2031-01-01', 'أمس', '1969-12-31T22:00:00Z'],
];
const readers = ['أبو أحمد', 'قارئ', 'ليلى حداد', 'A', 'أبو  أحمد', 'محجوز'];

export function words(random: Random, most: number): string {
  return Array.from({ length: 1 + random.below(most) }, () => random.oneOf(vocabulary)).join(' ');
}

/** A body in any of the ways in which writers send one. */
export function wish(random: Random): unknown {
  const text = words(random, 12);
  return random.oneOf([
    { text: `${text}\n\n${words(random, 5)}` },
    {
      markdown: `## ${text}\n\n* **${text}**\n* [رابط](https://example.org/x)\n\n> اقتباس\n\n![صورة](https://example.org/1.jpg)`,
    },
    { html: `<p>${text} <em>مائل</em></p><table><tr><th>أ<th>ب<tr><td>1<td>${words(random, 2)}</table>` },
    { html: `<ol><li>${text}<li>ب</ol><h3>عنوان</h3><p><a href="https://example.org/?a=1&amp;b=2">رابط</a></p>` },
    [{ _type: 'embed', url: 'https://example.org/v', title: text }],
  ]);
}

/** What an article is sent as; now and then something of it is wrong. */
export function body(random: Random, world: World): Record<string, unknown> {
  const sections = Array.from({ length: random.below(3) }, () => ({ heading: words(random, 3), body: wish(random) }));
  return {
    headline: words(random, 4),
    ...maybe(random, 0.7, { sections }),
    ...fields(random, world),
    ...maybe(
      random,
      0.04,
      random.oneOf([{ headline: '' }, { colour: 'red' }, { urgency: 10 }, { locale: 'xx-yy-zz-1' }]),
    ),
  };
}

export function patchOf(random: Random, world: World): Record<string, unknown> {
  return { ...maybe(random, 0.5, { headline: words(random, 4) }), ...fields(random, world) };
}

function fields(random: Random, world: World): Record<string, unknown> {
  const ids = (kind: Kind) => [...world.terms[kind].keys(), ...(random.chance(0.03) ? world.gone : [])];
  const [categories, tags, authors] = [ids('categories'), ids('tags'), ids('authors')];
  const nullable = <T>(value: T) => (random.chance(0.15) ? null : value);
  return {
    ...maybe(random, 0.4, { lead: nullable(words(random, 9)) }),
    ...maybe(random, 0.2, { kicker: nullable(words(random, 2)) }),
    ...maybe(random, 0.2, {
      slug: random.chance(0.5) ? words(random, 2) : random.oneOf(['خبر', 'story', ...world.slugs]),
    }),
    ...maybe(random, 0.2, { locale: random.oneOf(locales) }),
    ...maybe(random, 0.4, {
      source: nullable({ name: random.oneOf(sources), ...maybe(random, 0.3, { url: 'https://example.org/s' }) }),
    }),
    ...maybe(random, 0.2, { dateline: nullable('دمشق') }),
    ...maybe(random, 0.4, { urgency: nullable(1 + random.below(3)) }),
    ...maybe(random, 0.5, {
      authors: random.some(authors, 3).map((id, at) => (at === 1 ? { id, role: 'ترجمة' } : id)),
    }),
    ...maybe(random, categories.length > 0 ? 0.6 : 0, { categoryId: nullable(random.oneOf(categories)) }),
    ...maybe(random, 0.6, { tagIds: random.some(tags, 4) }),
    ...maybe(random, 0.2, { seo: nullable({ noIndex: random.chance(0.6), title: words(random, 3) }) }),
    ...maybe(random, 0.2, { comments: nullable({ mode: random.oneOf(['pre', 'post', 'closed']) }) }),
    ...maybe(random, 0.2, { custom: nullable({ b: random.below(9) / 4, 10: 'نص', a: [null, { z: 1e21 }] }) }),
    ...maybe(random, 0.1, { externalId: nullable(`x${random.below(8)}`) }),
    ...maybe(random, 0.3, { publishedAt: nullable(random.oneOf(dates)) }),
  };
}

/** A line of an import as people write it. */
export function line(random: Random): Line {
  const number = random.below(8);
  return {
    ...{ externalId: `x${number}`, headline: words(random, 4) },
    ...maybe(random, 0.7, { status: random.oneOf(['published', 'published', 'draft']) }),
    ...maybe(random, 0.5, { category: random.chance(0.5) ? words(random, 2) : [words(random, 1), words(random, 1)] }),
    ...maybe(random, 0.5, { tags: Array.from({ length: random.below(3) }, () => words(random, 1)) }),
    ...maybe(random, 0.5, { authors: [random.oneOf(readers), { name: words(random, 2), role: 'photographer' }] }),
    ...maybe(random, 0.5, { source: random.oneOf(sources) }),
    ...maybe(random, 0.5, { publishedAt: random.oneOf(dates) }),
    ...maybe(random, 0.2, { updatedAt: '2025-11-11T07:00:00Z' }),
    // Always the same for one article: nobody says which slugs it had between two lines.
    ...maybe(random, 0.2, { slug: vocabulary[number] }),
    ...maybe(random, 0.6, { sections: [{ heading: words(random, 2), body: wish(random) }] }),
    ...maybe(random, 0.04, { nonsense: true }),
  };
}

export function termBody(random: Random, world: World, kind: Kind): Record<string, unknown> {
  const parents = [...world.terms.categories.keys()];
  const description = random.chance(0.3) ? null : words(random, 6);
  return {
    name: words(random, 2),
    ...maybe(random, 0.3, { slug: random.chance(0.5) ? words(random, 2) : random.oneOf(['أخبار', ...world.slugs]) }),
    ...maybe(
      random,
      0.3,
      kind === 'authors' ? { bio: description, avatarUrl: 'https://example.org/a.png' } : { description },
    ),
    ...(kind === 'categories' && parents.length > 0
      ? maybe(random, 0.6, { parentId: random.chance(0.2) ? null : random.oneOf(parents) })
      : {}),
    ...maybe(random, 0.03, { name: ' ' }),
  };
}

export function commentBody(random: Random): Record<string, unknown> {
  return {
    body: random.chance(0.05) ? ' ' : `${words(random, 5)}${random.chance(0.1) ? ' https://example.org' : ''}`,
    author: { name: random.oneOf(readers), ...maybe(random, 0.2, { email: 'reader@example.org' }) },
  };
}

export function siteChange(random: Random): { group: 'site' | 'search'; body: object } {
  const change = random.oneOf<object>([
    { timeZone: random.oneOf(['Asia/Damascus', 'UTC', 'America/New_York', 'Asia/Tehran', 'Pacific/Apia']) },
    { baseUrl: random.oneOf(['https://sham.example', 'http://localhost:3000', null]) },
    {
      urlPattern: random.oneOf([
        '/{category}/{id}/{slug}',
        '/{year}/{month}/{day}/{slug}',
        '/a/{id}/',
        '/{slug}',
        '/x/{y}',
      ]),
    },
    { locale: random.oneOf(locales), name: words(random, 2) },
    { months: random.oneOf(['levant', 'dual', 'country', 'maghreb']), digits: random.oneOf(['latn', 'arab']) },
    { display: random.chance(0.5), feedText: random.oneOf(['full', 'summary']) },
    { reservedNames: random.some(readers, 2) },
    {
      categoryUrlPattern: '/c/{slug}',
      tagUrlPattern: null,
      authorUrlPattern: random.oneOf(['/authors/{slug}/', null]),
    },
    { synonyms: [['دمشق', 'الشام', 'سوريا']] },
    { synonyms: [], protectedWords: random.some(['سياسة', 'القمة', 'إعلان'], 2) },
  ]);
  const isSearch = 'synonyms' in change;
  return { group: isSearch ? 'search' : 'site', body: change };
}

function maybe<T extends object>(random: Random, share: number, value: T): T | Record<string, never> {
  return random.chance(share) ? value : {};
}
