import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readersOf } from '../comments/readers.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { describedApi } from './api.ts';

/** What routes need beside their path to have something to answer, and their other orders. */
const queries: Record<string, string[]> = {
  '/v1/search': ['?q=سوريا', '?q=سوريا&fresh=false', '?q=سوريا&sort=date', '?q=سوريا شيء'],
  '/v1/articles': ['publishedAt', '-publishedAt', '-updatedAt', '-commentCount', '-views'].map(
    (sort) => `?sort=${sort}`,
  ),
  '/v1/articles/{ref}/comments': ['?sort=oldest', '?sort=newest'],
};

describeEachEngine('cursors', (engine) => {
  let room: Newsroom;
  let urls: string[];
  beforeAll(async () => {
    room = await openNewsroom(engine);
    const ids = await fill(room);
    const paged = (await describedApi(room.app)).operations.filter(({ parameters = [] }) =>
      parameters.some(({ name }) => name === 'cursor'),
    );
    urls = paged.flatMap(({ path }) => {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: keyof typeof ids) => ids[name]);
      return (queries[path] ?? ['?']).map((query) => encodeURI(`${filled}${query}&limit=1`));
    });
  });
  afterAll(() => room.close());

  it('that were changed by hand lead to a page or are refused', { timeout: 60_000 }, async () => {
    expect(urls.length).toBeGreaterThan(20);
    for (const url of urls) {
      const next = (await room.call(url, { as: 'admin' })).body?.page?.next;
      expect([url, next]).toEqual([url, expect.any(String)]);
      const keys = JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown[];
      const follow = async (json: string) => {
        const cursor = Buffer.from(json).toString('base64url');
        const { status, text } = await room.call(`${url}&cursor=${cursor}`, { as: 'admin' });
        if (status !== 200 && status !== 400) throw new Error(`${url} ${json}: ${status} ${text}`);
      };
      const places = fc.array(fc.record({ at: fc.integer({ min: 1, max: keys.length - 1 }), value: written }), {
        minLength: 1,
        maxLength: 3,
      });
      for (let at = 1; at < keys.length; at++) for (const value of edges) await follow(edited(keys, [{ at, value }]));
      await fc.assert(
        fc.asyncProperty(places, (edits) => follow(edited(keys, edits))),
        { numRuns: 25 },
      );
    }
  });
});

/** The cursor's JSON with some of its values written otherwise. */
function edited(keys: readonly unknown[], edits: readonly { at: number; value: string }[]): string {
  const texts = keys.map((key) => JSON.stringify(key));
  for (const { at, value } of edits) texts[at] = value;
  return `[${texts.join()}]`;
}

/** What parses as JSON and is hardly a sort value. */
const edges = [
  ...['0', '-1', '1', '0.5', '2147483647', '2147483648', '9007199254740991', '9e15', '1e308', '1e999', '-1e999'],
  ...['8.64e15', '-8.64e15', '8e15', '253402300799999', '253402300800000', '-62135596800000', '-62135596800001'],
  ...['null', 'true', '[]', '{}', '""', '"NaN"', '"\\u0000"', '"أ\\u0000ب"', '"\\ud800"', '"\\udfff"', '"ﷺ"'],
  ...[
    JSON.stringify('ن'.repeat(600)),
    '"00000000-0000-0000-0000-000000000000"',
    '"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"',
  ],
];
const written = fc.oneof(
  fc.constantFrom(...edges),
  fc.maxSafeInteger().map(String),
  fc.double().map((number) => JSON.stringify(number)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

/** Three of everything that is listed. */
async function fill(room: Newsroom) {
  const readers = readersOf(room);
  const make = async (url: string, body: object) => {
    const answer = await room.call(`/v1/editorial/${url}`, { as: 'admin', body });
    if (answer.status !== 201) throw new Error(`${url}: ${answer.text}`);
  };
  let ref = '';
  let commentId = '';
  for (const n of [1, 2, 3]) {
    for (const kind of ['categories', 'tags', 'authors']) await make(kind, { name: `دمشق ${n}` });
    await make('api-keys', { name: 'مفتاح', role: 'editor' });
    const user = {
      email: `omar${n}@example.org`,
      name: `عمر الخطيب ${n}`,
      role: 'editor',
      password: 'كلمة مرور طويلة',
    };
    await make('users', user);
    const story = await readers.article();
    ref ||= story.id;
    commentId ||= (await readers.say(ref)).id;
    await readers.say(ref);
    await readers.say(ref, commentId);
  }
  return { ref, commentId, id: ref };
}
