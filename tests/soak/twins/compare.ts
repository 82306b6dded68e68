import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { editorialReadings, publicReadings, type Reading, rankedReadings } from './reads.ts';
import { type Answer, ask, type Reader, type Request } from './twins.ts';
import type { World } from './world.ts';

/** The bytes that stood under an address and an ETag, over the whole life of a room; and the other way round. */
export type Seen = Map<string, string>;
type Answered = { url: string; answer: Answer };

const mostPages = 100;

type Options = {
  seen?: Seen;
  /** Whether both read one database: others give other numbers to articles, which cursors hold. */
  isSameDatabase?: boolean;
  /** What is read, where it is not everything. */
  only?: (reading: Reading) => boolean;
};

/** Reads everything in both, and says where they differ. Words may rank otherwise, but what is found is the same. */
export async function compareAll(one: Reader, other: Reader, world: World, options: Options = {}): Promise<void> {
  const { seen = new Map(), isSameDatabase = false, only = () => true } = options;
  const shown = isSameDatabase ? (answers: Answered[]) => answers : withoutNumbers;
  for (const reading of [...publicReadings(world), ...editorialReadings(world)].filter(only)) {
    const [first, second] = await Promise.all([readAll(one, reading), readAll(other, reading)]);
    expectEqual({ url: reading.url, answers: shown(second) }, { url: reading.url, answers: shown(first) });
    if (!reading.as) for (const { url, answer } of first) remember(seen, url, answer);
  }
  for (const reading of rankedReadings(world).filter(only)) {
    const [first, second] = await Promise.all([ask(one, reading), ask(other, reading)]);
    expectEqual({ url: reading.url, found: foundBy(second) }, { url: reading.url, found: foundBy(first) });
  }
}

function withoutNumbers(answers: Answered[]): unknown {
  const hidden = (text: string) => text.replace(/("next":|cursor=)"?[\w-]+"?/g, '$1…');
  return answers.map(({ answer: { status, headers, text } }) => {
    const { link, etag, ...rest } = headers;
    return { status, headers: rest, text: hidden(text), etag: text === hidden(text) ? etag : '…' };
  });
}

/** To look for how two things differ takes longer than to see that they do not. */
function expectEqual(actual: unknown, wanted: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect(actual).toEqual(wanted);
}

/** An answer, and those of the pages after it. */
export async function readAll(room: Reader, { isPaged, ...request }: Reading): Promise<Answered[]> {
  const pages: Answered[] = [];
  for (let { url } = request; pages.length < mostPages; ) {
    const answer = await ask(room, { ...request, url } as Request);
    pages.push({ url, answer });
    const next = isPaged && answer.body?.page?.next;
    if (!next) return pages;
    url = `${request.url}&cursor=${next}`;
  }
  throw new Error(`${request.url} has no end`);
}

/** Under one address an ETag says the same bytes, and the same bytes have one ETag. */
function remember(seen: Seen, url: string, { status, headers, text }: Answer): void {
  if (status !== 200) return;
  const etag = headers.etag ?? '';
  expect([url, etag]).not.toEqual([url, '']);
  const bytes = createHash('sha256').update(text).digest('base64');
  for (const [key, value] of [
    [`${url} ${etag}`, bytes],
    [`${url} ${bytes}`, etag],
  ] as const) {
    expect([url, seen.get(key) ?? value]).toEqual([url, value]);
    seen.set(key, value);
  }
}

function foundBy({ status, body }: Answer): unknown {
  if (status !== 200) return [status, body];
  const ids = (list: { id: string }[] | undefined) => list?.map(({ id }) => id).sort();
  return {
    match: body.match,
    didYouMean: body.didYouMean,
    ids: ids(body.data),
    headlines: ids(body.headlines),
    tags: ids(body.tags),
  };
}
