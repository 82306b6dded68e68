import type { Request } from './twins.ts';
import { kinds, type World } from './world.ts';

/** What is read of a newsroom; a list by all its pages. */
export type Reading = Request & { isPaged?: true };

const searched = [
  'سوريا',
  'اقتصاد',
  'محافظة دمشق',
  '"القمة"',
  'سوريا -دمشق',
  'داعش',
  'الشام',
  '2025',
  'سياسه رياضة مؤتمر',
  'ال',
];
const sorts = ['-publishedAt', 'publishedAt', '-updatedAt', '-commentCount', '-views', '-views&window=7d'];
const forms = ['ninjs', 'jsonld', 'html', 'markdown', 'text'];
const days = [
  'from=2025-11-01',
  'to=2025-10-31',
  'from=2024-02-29&to=2025-11-11',
  'from=1999-12-31T23:59:59.999Z&to=2025-11-10T23:30:00Z',
];

/** Everything that readers may ask for. */
export function publicReadings(world: World): Reading[] {
  const lists = filters(world).flatMap((filter): Reading[] => [
    ...sorts.map((sort) => paged(`/v1/articles?limit=3&sort=${sort}${filter}`)),
    get(`/v1/archive?${filter.slice(1)}`),
  ]);
  return [
    ...lists,
    ...['include=sections', 'count=exact', 'display=ar-SY', 'fields=id,headline,tags', 'fields=sections,url'].map(
      (query) => get(`/v1/articles?${query}`),
    ),
    ...[...world.stories.keys(), ...world.gone].flatMap((id) => articleReadings(id)),
    ...[...world.slugs].map((slug) => get(`/v1/articles/${encodeURIComponent(slug)}`)),
    ...kinds.flatMap((kind) => termReadings(world, kind)),
    ...[
      '/feeds/rss.xml',
      '/feeds/atom.xml',
      '/feeds/feed.json',
      '/sitemap.xml',
      '/sitemap-0.xml',
      '/sitemap-1.xml',
    ].map(get),
    ...[
      '/news-sitemap.xml',
      '/robots.txt',
      '/v1/articles?page=2',
      '/v1/articles?limit=101',
      '/v1/articles?cursor=x',
    ].map(get),
    ...searched.flatMap((words) => searches(words, world)),
  ];
}

function articleReadings(id: string): Reading[] {
  const url = `/v1/articles/${id}`;
  return [
    ...['', '?render=html', '?render=markdown', '?render=text', '?fields=id,comments', '?display=ar-EG'].map((query) =>
      get(url + query),
    ),
    ...forms.map((form) => get(`${url}?format=${form}`)),
    ...['/sections', '/sections?render=text', '/related', '/related?limit=2'].map((rest) => get(url + rest)),
    ...['', '&sort=newest'].map((sort) => paged(`${url}/comments?limit=2${sort}`)),
    get(`${url}/comments`),
  ];
}

function termReadings(world: World, kind: (typeof kinds)[number]): Reading[] {
  const feeds = ['rss.xml', 'atom.xml', 'feed.json'];
  const ids = [...world.terms[kind].keys()];
  return [
    paged(`/v1/${kind}?limit=3`),
    ...[...ids, ...[...world.slugs].map(encodeURIComponent), ...world.gone.slice(-5)].map((ref) =>
      get(`/v1/${kind}/${ref}`),
    ),
    ...ids.flatMap((id) => feeds.map((feed) => get(`/feeds/${kind}/${id}/${feed}`))),
    ...[...world.slugs].slice(0, 20).map((slug) => get(`/feeds/${kind}/${encodeURIComponent(slug)}/atom.xml`)),
  ];
}

function searches(words: string, world: World): Reading[] {
  const q = `/v1/search?sort=date&q=${encodeURIComponent(words)}`;
  return [
    paged(`${q}&limit=2`),
    get(`${q}&total=exact&facets=category,tag,author,year`),
    get(`${q}&display=ar`),
    ...filters(world)
      .slice(1, 7)
      .map((filter) => get(`${q}&total=exact${filter}`)),
  ];
}

/** What lists are narrowed by: nothing, one thing, and several at once. */
export function filters(world: World): string[] {
  const ids = kinds.map((kind) => [...world.terms[kind].keys()]);
  const names = ['category', 'tag', 'author'];
  const single = ids.flatMap((some, at) => some.slice(0, 6).map((id) => `&${names[at]}=${id}`));
  const [category, tag] = [ids[0]?.[0], ids[1]?.[0]];
  return [
    '',
    ...single,
    ...['&locale=ar', '&locale=en', `&source=${encodeURIComponent('المصدر 7')}`, '&urgency=1', '&urgency=2&locale=ar'],
    ...days.map((range) => `&${range}`),
    ...(category && tag ? [`&category=${category}&tag=${tag}`, `&tag=${tag}&from=2025-11-01`] : []),
    ...[...world.slugs].slice(0, 4).map((slug) => `&category=${encodeURIComponent(slug)}`),
  ];
}

/** Everything that the staff may ask for. */
export function editorialReadings(world: World): Reading[] {
  const url = '/v1/editorial';
  const as = 'admin' as const;
  const words = searched.slice(0, 6).map((text) => `&q=${encodeURIComponent(text)}`);
  const [category, author] = [[...world.terms.categories.keys()][0], [...world.terms.authors.keys()][0]];
  const one = [...world.stories.keys()].flatMap((id) =>
    ['', '/sections'].map((rest) => get(`${url}/articles/${id}${rest}`)),
  );
  const lists = [
    ...['', '&status=draft', '&status=published', '&status=unpublished', '&status=killed', ...words].map(
      (query) => `articles?limit=4${query}`,
    ),
    ...(category ? [`articles?limit=4&category=${category}`] : []),
    ...(author ? [`articles?limit=4&author=${author}`, `articles?limit=4&author=${author}&status=published`] : []),
    ...['', '&status=pending', '&status=approved', '&status=rejected', '&status=spam', '&status=deleted', ...words].map(
      (query) => `comments?limit=4${query}`,
    ),
    ...[...world.stories.keys()].map((id) => `comments?limit=3&article=${id}`),
    ...['', '&action=article.published', '&actor=system', '&subject=settings:site', '&from=2025-11-12'].map(
      (query) => `audit?limit=50${query}`,
    ),
    ...[...world.stories.keys()].slice(0, 4).map((id) => `audit?limit=3&subject=article:${id}`),
    ...kinds.map((kind) => `${kind}?limit=3`),
  ];
  const terms = kinds.flatMap((kind) => [...world.terms[kind].keys()].map((id) => get(`${url}/${kind}/${id}`)));
  const said = [...world.comments.keys()].map((id) => get(`${url}/comments/${id}`));
  const all = [...one, ...terms, ...said, ...lists.map((list) => paged(`${url}/${list}`))];
  return [...all, get(`${url}/settings`), get(`${url}/settings/search`)].map((reading) => ({ ...reading, as }));
}

/** Where only what is found must be the same, and not in which order. */
export function rankedReadings(world: World): Request[] {
  const some = filters(world).slice(0, 4);
  return searched.flatMap((words) => [
    ...some.map((filter) => get(`/v1/search?limit=100&q=${encodeURIComponent(words)}${filter}`)),
    get(`/v1/search/suggest?q=${encodeURIComponent(words)}`),
    get(`/v1/search/suggest?q=${encodeURIComponent(words.slice(0, 3))}`),
  ]);
}

function get(url: string): Reading {
  return { method: 'GET', url };
}

function paged(url: string): Reading {
  return { method: 'GET', url, isPaged: true };
}
