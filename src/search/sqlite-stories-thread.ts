// Runs in a worker thread: finds a page of stories in a SQLite file and cuts their excerpts, so that a question goes to
// the thread once and whole documents never come back from it.
import { unpack } from '../db/packing.ts';
import { type ThreadReader, threadReader } from '../db/thread-reader.ts';
import { type PublicationRow, publicationColumns } from '../delivery/publication-row.ts';
import { bestOf, newestOf, type Scored } from './best.ts';
import { type Excerpt, excerpts } from './excerpts.ts';
import type { Dated, Matching, StoryFinder, Window } from './finder.ts';
import { ftsExpression, quoted, rankingPhrases } from './sqlite-expression.ts';
import { rememberedBy } from './sqlite-memory.ts';
import {
  countQuery,
  havingAllQuery,
  listQuery,
  numbersOf,
  type Query,
  scoredWindowQuery,
  sortedAtOnce,
  windowQuery,
} from './sqlite-queries.ts';
import { scoredByTerm, scoresOf } from './sqlite-scores.ts';
import { excerptTaskOf, findStories, type StoriesPage, type StoriesTask } from './stories.ts';

/** As many as a page usually has: documents may be large, and all of these are in memory together. */
const storiesAtOnce = 20;

export type ThreadTask = StoriesTask & { file: string };

/**
 * Stories as a thread hands them over. Their cards stand one behind the other, and everything else is JSON: to copy as
 * many objects to another thread takes five times as long.
 */
export type ThreadStories = { json: string; cards: Uint8Array };
/** What the JSON says. */
export type ListedStories = Omit<StoriesPage, 'hits'> & { hits: ListedStory[] };
type ListedStory = {
  row: Omit<PublicationRow, 'card' | 'rest'>;
  /** How many bytes its card has. */
  size: number;
  highlight: Excerpt;
  score: number;
};

export function stories({ file, ...task }: ThreadTask): Promise<ThreadStories> {
  return threadReader(file).atOnce((reader) => readStories(reader, task));
}

async function readStories(reader: ThreadReader, task: StoriesTask): Promise<ThreadStories> {
  const { hits, ...rest } = await findStories(threadFinder(reader, new Date(task.at)), task);
  // As a join it would be planned anew for every document.
  const document = reader.statement(
    `select ${publicationColumns}, p.card, p.card_hash as hash,
      (select rest from publication_documents d where d.n = p.n) as packed from publications p where p.n = ?`,
  );
  const marking = excerptTaskOf(task, rest);
  const cards: Buffer[] = [];
  const listed: ListedStory[] = [];
  for (let start = 0; start < hits.length; start += storiesAtOnce) {
    const found = hits.slice(start, start + storiesAtOnce).flatMap(({ n, score }) => {
      const row = document.get(n) as (PublicationRow & { packed: Buffer }) | undefined;
      return row ? [{ row, score }] : [];
    });
    const documents = found.map(({ row: { card, packed } }) => ({ card, rest: unpack(packed) }));
    for (const [index, highlight] of excerpts({ ...marking, documents }).entries()) {
      const { row, score } = found[index] as (typeof found)[number];
      cards.push(row.card);
      const size = row.card.length;
      // What is not defined is left out of JSON.
      listed.push({ row: Object.assign(row, { card: undefined, packed: undefined }), size, highlight, score });
    }
  }
  const stories: ListedStories = { ...rest, hits: listed };
  return { json: JSON.stringify(stories), cards: new Uint8Array(Buffer.concat(cards)) };
}

function threadFinder(reader: ThreadReader, now: Date): StoryFinder {
  const rows = <Row>({ text, params }: Query) => reader.statement(text).all(...params) as Row[];
  const list = (query: Query) => numbersOf(rows<{ list: string | null }>(query)[0]?.list ?? null);

  function scored(matching: Matching, window: Window): Scored {
    const phrases = rankingPhrases(matching);
    const [[term = ''] = []] = phrases;
    if (ftsExpression(matching, now) === quoted([term])) {
      const found = scoredByTerm(reader, term, window);
      if (found) return found;
    } else {
      const numbers = list(windowQuery(matching, window, now));
      const scores = scoresOf(reader, phrases, numbers);
      if (scores) return { numbers, scores };
    }
    const { text, params } = scoredWindowQuery(matching, window, now);
    const found = reader
      .statement(text)
      .raw()
      .all(...params) as [n: number, score: number][];
    return { numbers: Float64Array.from(found, ([n]) => n), scores: Float64Array.from(found, ([, score]) => score) };
  }

  return {
    async newest() {
      const [row] = rows<{ n: number | null }>({ text: 'select max(n) as n from publications', params: [] });
      return row?.n ?? 0;
    },

    async count(matching, most) {
      return rows<{ found: number }>(countQuery(matching, most, now))[0]?.found ?? 0;
    },

    async rank(matching, window) {
      const found = scored(matching, window);
      // The expression leaves it in. There is less than a page of what has everything.
      const all = matching.except.length === 0 ? [] : list(havingAllQuery(matching.except, window.top, now));
      const rest = without(found, new Set(all));
      const { numbers } = found;
      return {
        hits: bestOf(rest, rememberedBy(reader).times(), matching, window),
        low: numbers[numbers.length - 1] ?? 0,
        isFull: numbers.length === window.most,
      };
    },

    async list(matching, after, limit) {
      const numbers = list(windowQuery(matching, { top: Number.MAX_SAFE_INTEGER, most: sortedAtOnce }, now));
      if (numbers.length === sortedAtOnce) return rows<Dated>(listQuery(matching, after, limit, now));
      return newestOf(numbers, rememberedBy(reader).times(), matching, after, limit);
    },
  };
}

function without({ numbers, scores }: Scored, left: ReadonlySet<number>): Scored {
  if (left.size === 0) return { numbers, scores };
  const kept = Array.from(numbers, (n, index) => ({ n, score: scores[index] ?? 0 })).filter(({ n }) => !left.has(n));
  return { numbers: kept.map(({ n }) => n), scores: kept.map(({ score }) => score) };
}
