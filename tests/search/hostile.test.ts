import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Stories, storiesOf } from './stories.ts';

const syntax = fc.constantFrom(
  ...'" «» “ - ( ) * ^ : + ~ { } [ ] \\ \' & | ! <-> <2> :* , ; % _ \0 \u0001 \u200f \ud800 \uffff ﷺ ﷽'.split(' '),
  ...[
    'AND',
    'OR',
    'NOT',
    'NEAR(',
    'NEAR(a b, 5)',
    'headline:',
    '{headline body} :',
    'rowid',
    '--',
    "'; drop table publications; --",
    '\n',
  ],
  ...['سوريا', 'التحالف', 'a', '·1', 'y2024', 'का', 'Élysée', '20م', '１２３', '😀', 'في'],
);
const queries = fc.oneof(
  fc.array(syntax, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(' ')),
  fc.array(syntax, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describeEachEngine('a hostile query', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
    await stories.publish({
      headline: 'سوريا والتحالف <script>',
      text: 'نص عن "سوريا" & التحالف <img src=x onerror=alert(1)>',
    });
  });
  afterAll(() => room.close());

  const get = (path: string, q: string, as?: 'editor') =>
    room.call(`${path}?${new URLSearchParams({ q })}`, as ? { as } : {});

  it('is answered or refused, never an error of the server, whatever its signs', async () => {
    const check = fc.asyncProperty(queries, async (q) => {
      for (const path of ['/v1/search', '/v1/search/suggest'])
        expect([200, 400]).toContain((await get(path, q)).status);
      for (const path of ['/v1/editorial/articles', '/v1/editorial/comments'])
        expect([200, 400]).toContain((await get(path, q, 'editor')).status);
    });
    await fc.assert(check, { numRuns: 60 });
  });

  it('of 10 KB is refused, and one of as much as is taken is answered', async () => {
    expect((await get('/v1/search', 'سوريا '.repeat(1700))).status).toBe(400);
    for (const part of ['س ', 'سوريا ', '"', '"ا" ', '-ب ', '(', 'ﷺ '])
      expect([200, 400]).toContain((await get('/v1/search', part.repeat(1000).slice(0, 1000))).status);
  });

  it.each([
    '?q=',
    '',
    '?q=%20',
    '?q=-',
    '?q=%22%22',
    '?q=-سوريا',
    '?q=س&limit=0',
    '?q=س&limit=101',
    '?q=س&sort=size',
    '?q=س&x=1',
    '?q=س&fresh=no',
    '?q=س&facets=color',
    '?q=س&cursor=eA',
    '?q=س&from=yesterday',
    '?q=س&from=2025-11-12&to=2025-11-11',
    '?q=س&urgency=10',
    '?q=س&total=yes',
  ])('is refused with a reason: %s', async (query) => {
    const answer = await room.call(`/v1/search${encodeURI(decodeURI(query))}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
  });

  it('refuses the cursor of another search', async () => {
    await stories.publish({ headline: 'سوريا', text: 'سوريا' });
    const { page } = await stories.search({ q: 'سوريا', limit: '1' });
    const other = await room.call('/v1/search', { query: { q: 'التحالف', limit: '1', cursor: page.next } });
    expect([other.status, other.body.code]).toEqual([400, 'invalid-cursor']);
    for (const sort of ['relevance', 'date']) {
      const forged = Buffer.from(JSON.stringify(['x', -1, 'a', {}])).toString('base64url');
      expect((await room.call('/v1/search', { query: { q: 'سوريا', sort, cursor: forged } })).status).toBe(400);
    }
  });

  it('never brings markup into highlights', async () => {
    for (const q of ['سوريا', 'script', 'onerror', '"img src"']) {
      for (const { highlight } of (await stories.search(q)).data) {
        const rest = `${highlight.headline}${highlight.snippet}`.replace(/<\/?mark>/g, '');
        expect(rest).not.toMatch(/[<>"']/);
      }
    }
  });
});
