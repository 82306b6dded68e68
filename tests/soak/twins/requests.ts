import type { RoleName } from '../../../src/db/tables.ts';
import type { Random } from './random.ts';
import { body, commentBody, line, patchOf, siteChange, termBody, wish, words } from './texts.ts';
import type { Request } from './twins.ts';
import { type Kind, kinds, type Line, type Story, type World } from './world.ts';

export type Step =
  | { do: 'send'; request: Request }
  | { do: 'import'; lines: Line[] }
  | { do: 'read'; articleId: string; readers: number }
  | { do: 'pass'; ms: number }
  | { do: 'jobs' };

const editorial = '/v1/editorial';
const nobody = '01980000-0000-7000-8000-000000000000';
const keys = ['key-1', 'key-2', 'key-3'];

/** What happens next in a newsroom. */
export function nextStep(random: Random, world: World): Step {
  const send = (make: (random: Random, world: World) => Request) => (): Step => ({
    do: 'send',
    request: make(random, world),
  });
  return random.weighted<() => Step>([
    [world.stories.size < 8 ? 14 : 3, send(createArticle)],
    [8, send(patchArticle)],
    [14, send(actOnArticle)],
    [1, send(deleteArticle)],
    [6, send(changeSections)],
    [5, send(createTerm)],
    [6, send(patchTerm)],
    [2, send(deleteTerm)],
    [10, send(postComment)],
    [6, send(moderate)],
    [2, send(changeSettings)],
    [3, () => ({ do: 'import', lines: Array.from({ length: 1 + random.below(4) }, () => line(random)) })],
    [3, () => ({ do: 'read', articleId: storyOf(random, world)?.id ?? nobody, readers: 1 + random.below(4) })],
    [10, () => ({ do: 'pass', ms: random.oneOf([1, 999, 60_000, 3_600_000, 26 * 3_600_000]) })],
    [1, () => ({ do: 'jobs' })],
  ])();
}

function createArticle(random: Random, world: World): Request {
  return {
    ...{ method: 'POST', url: `${editorial}/articles`, as: writer(random), body: body(random, world) },
    headers: random.chance(0.15) ? { 'idempotency-key': random.oneOf(keys) } : {},
  };
}

function patchArticle(random: Random, world: World): Request {
  const story = storyOf(random, world);
  const url = `${editorial}/articles/${story?.id ?? nobody}`;
  return {
    method: 'PATCH',
    url,
    as: writer(random),
    headers: match(random, story?.etag),
    body: patchOf(random, world),
  };
}

function actOnArticle(random: Random, world: World): Request {
  const story = storyOf(random, world);
  const action = random.weighted([
    [12, 'publish'],
    [3, 'unpublish'],
    [1, 'kill'],
  ] as const);
  const headers: Record<string, string> = random.chance(0.1) ? match(random, story?.etag) : {};
  if (random.chance(0.1)) headers['idempotency-key'] = random.oneOf(keys);
  return { method: 'POST', url: `${editorial}/articles/${story?.id ?? nobody}/${action}`, as: writer(random), headers };
}

function deleteArticle(random: Random, world: World): Request {
  const story = storyOf(random, world);
  const url = `${editorial}/articles/${story?.id ?? nobody}`;
  return { method: 'DELETE', url, as: writer(random), headers: match(random, story?.etag) };
}

function changeSections(random: Random, world: World): Request {
  const story = storyOf(random, world);
  const url = `${editorial}/articles/${story?.id ?? nobody}/sections`;
  const as = writer(random);
  const section = story && story.sections.length > 0 ? random.oneOf(story.sections) : { id: nobody, version: 1 };
  const headers = match(random, `"v${section.version}"`);
  const text = { heading: random.chance(0.7) ? words(random, 2) : null, body: wish(random) };
  const ids = random.some(story?.sections ?? [], 9).map(({ id }) => id);
  return random.weighted<Request>([
    [4, { method: 'POST', url, as, body: { ...text, ...(random.chance(0.3) ? { position: random.below(3) } : {}) } }],
    [3, { method: 'PATCH', url: `${url}/${section.id}`, as, headers, body: text }],
    [1, { method: 'DELETE', url: `${url}/${section.id}`, as, headers }],
    [2, { method: 'PUT', url: `${url}/order`, as, body: { ids } }],
  ]);
}

function createTerm(random: Random, world: World): Request {
  const kind = random.oneOf(kinds);
  return {
    ...{ method: 'POST', url: `${editorial}/${kind}`, as: 'editor', body: termBody(random, world, kind) },
    headers: random.chance(0.15) ? { 'idempotency-key': random.oneOf(keys) } : {},
  };
}

function patchTerm(random: Random, world: World): Request {
  const kind = random.oneOf(kinds);
  const { name, ...rest } = termBody(random, world, kind);
  const term = termOf(random, world, kind);
  const patch = { ...(random.chance(0.5) ? { name } : {}), ...rest };
  const url = `${editorial}/${kind}/${term?.id ?? nobody}`;
  return { method: 'PATCH', url, as: 'editor', headers: match(random, term?.etag), body: patch };
}

function deleteTerm(random: Random, world: World): Request {
  const kind = random.oneOf(kinds);
  const term = termOf(random, world, kind);
  const url = `${editorial}/${kind}/${term?.id ?? nobody}`;
  return { method: 'DELETE', url, as: 'editor', headers: match(random, term?.etag) };
}

function postComment(random: Random, world: World): Request {
  const published = world.published();
  const story = published.length > 0 && random.chance(0.9) ? random.oneOf(published) : storyOf(random, world);
  const own = [...world.comments.values()].filter((said) => said.articleId === story?.id);
  const parentId = own.length > 0 && random.chance(0.6) ? random.oneOf(own).id : null;
  const reference = random.chance(0.8) ? (story?.id ?? nobody) : encodeURIComponent(story?.copy.slug ?? 'none');
  return {
    ...{ method: 'POST', url: `/v1/articles/${reference}/comments`, body: { ...commentBody(random), parentId } },
    headers: random.chance(0.15) ? { 'idempotency-key': random.oneOf(keys) } : {},
  };
}

function moderate(random: Random, world: World): Request {
  const all = [...world.comments.values()];
  const said = all.length > 0 && random.chance(0.95) ? random.oneOf(all) : undefined;
  const url = `${editorial}/comments/${said?.id ?? nobody}`;
  if (random.chance(0.15)) return { method: 'DELETE', url, as: 'moderator', headers: match(random, said?.etag) };
  const headers = random.chance(0.3) ? match(random, said?.etag) : {};
  const status = random.oneOf(['approved', 'approved', 'rejected', 'spam', 'pending', 'deleted']);
  return { method: 'PATCH', url, as: 'moderator', headers, body: { status } };
}

function changeSettings(random: Random, world: World): Request {
  const { group, body } = siteChange(random);
  const url = `${editorial}/settings${group === 'search' ? '/search' : ''}`;
  const etag = group === 'search' ? world.searchEtag : world.siteEtag;
  return { method: 'PATCH', url, as: 'admin', headers: match(random, etag), body };
}

function writer(random: Random): RoleName {
  return random.weighted([
    [14, 'editor'],
    [3, 'author'],
    [1, 'contributor'],
    [1, 'moderator'],
  ] as const);
}

/** What a change says it was made against: mostly the truth. */
function match(random: Random, etag = '"v1"'): Record<string, string> {
  return random.weighted<Record<string, string>>([
    [6, { 'if-match': '*' }],
    [6, { 'if-match': etag }],
    [1, { 'if-match': '"v999"' }],
    [1, {}],
  ]);
}

function storyOf(random: Random, world: World): Story | undefined {
  return world.stories.size > 0 && random.chance(0.97) ? random.oneOf([...world.stories.values()]) : undefined;
}

function termOf(random: Random, world: World, kind: Kind) {
  return world.terms[kind].size > 0 && random.chance(0.97) ? random.oneOf([...world.terms[kind].values()]) : undefined;
}
