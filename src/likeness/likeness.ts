import { setImmediate as nextTick } from 'node:timers/promises';
import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import { likenessBands as bandsOf, fingerprint, nearDuplicate, similarity } from '../arabic/likeness.ts';
import { type Actor, can } from '../auth/permissions.ts';
import type { Database, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';
import type { Similar } from './schemas.ts';

/** What of a working copy is compared; the body as it is stored. */
export type Story = {
  article: { headline: string; lead: string | null };
  sections: readonly { heading: string | null; body: readonly unknown[] }[];
};

/** How a story compares: its print, and what the answer of the write adds to the resource. */
export type Comparison = { print: string; shown: { similar?: Similar[] } };

/** What an article was when it was read: every change of its parts is later. */
type State = { version: number; updatedAt: Date };
/** An article as it was locked to be changed, and what it says after that. */
type Changed = { locked: State & { id: string }; story: Story };

type Entry = { articleId: string; print: string; at: Date };

export type Likeness = ReturnType<typeof createLikeness>;

/** How long a story is compared with new ones after its last change. */
export const windowMs = 7 * 24 * 3600 * 1000;
const trimEveryMs = 3600 * 1000;
const comparedLength = 50_000;
const mostCandidates = 500;
const mostSimilar = 5;
const bandCount = 16;

/**
 * Remembers what stories of the last seven days say, and tells whoever saves one which others are nearly the same: a
 * newsroom gets the same agency story twice, and two editors write it up at once. What is old is forgotten, so archives
 * cost nothing and the index stays small.
 */
export function createLikeness(
  { tables, read, prepare }: Pick<Database, 'tables' | 'read' | 'prepare'>,
  clock: () => Date,
) {
  const { articles, articleLikeness, likenessBands } = tables;
  const bandNames = Array.from({ length: bandCount }, (_, index) => `band${index}`);
  const bands = sql.join(
    bandNames.map((name) => sql.placeholder(name)),
    sql`, `,
  );
  /** Stories that share a band with a print, those that share most first: mostly none. */
  const listCandidates = prepare<{ article_id: string }>(
    sql`select article_id from ${likenessBands} where band in (${bands}) and article_id <> ${sql.placeholder('id')} group by article_id order by count(*) desc, article_id desc limit ${sql.raw(String(mostCandidates))}`,
  );
  let trimAt = 0;

  /** Forgets what is older than the window: now and then, because to find it takes a look at everything. */
  async function trim(tx: Tx, now: Date): Promise<void> {
    if (now.getTime() < trimAt) return;
    trimAt = now.getTime() + trimEveryMs;
    const start = new Date(now.getTime() - windowMs);
    await tx.delete(likenessBands).where(lt(likenessBands.at, start));
    await tx.delete(articleLikeness).where(lt(articleLikeness.at, start));
  }

  /**
   * Other stories of the last seven days that say nearly the same, best first, at most five. Of those that the actor
   * may not read there is no word.
   */
  async function findSimilar(actor: Actor, articleId: string, print: string): Promise<Similar[]> {
    const maySee = can(actor, 'articles:read') || can(actor, 'articles:read-own');
    if (print === '' || !maySee) return [];
    const values = bandsOf(print).map((band, index) => [bandNames[index], band]);
    const rows = await listCandidates({ ...Object.fromEntries(values), id: articleId });
    if (rows.length === 0) return [];
    const start = new Date(clock().getTime() - windowMs);
    const ids = rows.map((row) => row.article_id);
    const { id, headline, status, updatedAt } = articles;
    const mine = can(actor, 'articles:read') ? undefined : eq(articles.createdBy, actor.id);
    const candidates = await read
      .select({ id, headline, status, updatedAt, print: articleLikeness.print })
      .from(articleLikeness)
      .innerJoin(articles, eq(id, articleLikeness.articleId))
      .where(and(inArray(articleLikeness.articleId, ids), gte(updatedAt, start), mine));
    return candidates
      .map(({ print: other, ...article }) => ({ ...article, similarity: similarity(print, other) }))
      .filter((article) => article.similarity >= nearDuplicate)
      .sort((a, b) => b.similarity - a.similarity || b.updatedAt.getTime() - a.updatedAt.getTime())
      .slice(0, mostSimilar);
  }

  return {
    /**
     * Compares a story as it is about to be saved with others. Done before the transaction, which it would only make
     * longer: two doubles saved in the same moment may not hear of each other, and do at the next save. Others have their
     * turn first, as its body was just read.
     */
    async compare(actor: Actor, articleId: string, story: Story): Promise<Comparison> {
      await nextTick();
      const print = printOf(story);
      const similar = await findSimilar(actor, articleId, print);
      return { print, shown: similar.length === 0 ? {} : { similar } };
    },

    /** Remembers the print of a new story, in the transaction that creates it. */
    async add(tx: Tx, articleId: string, print: string): Promise<void> {
      const now = clock();
      await trim(tx, now);
      await insertPrints(tx, tables, [{ articleId, print, at: now }]);
    },

    /**
     * Remembers the print of a story that was changed, in the transaction that changes it and has locked it. Where
     * somebody else has changed it after it was compared, the print is made of what it says now.
     */
    async replace(tx: Tx, { print: compared, before }: Comparison & { before: State }, { locked, story }: Changed) {
      const now = clock();
      const isSame = before.version === locked.version && before.updatedAt.getTime() === locked.updatedAt.getTime();
      const articleId = locked.id;
      const print = isSame ? compared : printOf(story);
      await trim(tx, now);
      await replacePrints(tx, tables, [{ articleId, print, at: now }]);
    },
  };
}

/** The fingerprint of a story: headline, lead, headings and bodies, up to about the first 8,000 words. */
function printOf({ article, sections }: Story): string {
  const texts = [article.headline, article.lead ?? ''];
  let length = 0;
  for (const { heading, body } of sections) {
    if (length > comparedLength) break;
    const text = toText(body as PortableText);
    texts.push(heading ?? '', text);
    length += text.length;
  }
  return fingerprint(texts.join('\n').slice(0, comparedLength));
}

/**
 * Remembers stories that come in many at once, those of the last seven days; `at` says how old each is. Of one that
 * comes twice the later counts.
 */
export async function rememberImported(
  tx: Tx,
  tables: Tables,
  stories: readonly (Story & { id: string; at: Date })[],
  now: Date,
): Promise<void> {
  const start = now.getTime() - windowMs;
  const recent = new Map(stories.filter(({ at }) => at.getTime() >= start).map((story) => [story.id, story]));
  await replacePrints(
    tx,
    tables,
    [...recent.values()].map((story) => ({
      articleId: story.id,
      print: printOf(story),
      at: story.at < now ? story.at : now,
    })),
  );
}

async function replacePrints(tx: Tx, tables: Tables, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const { articleLikeness, likenessBands } = tables;
  const ids = entries.map(({ articleId }) => articleId);
  const before = await tx
    .delete(articleLikeness)
    .where(inArray(articleLikeness.articleId, ids))
    .returning({ id: articleLikeness.articleId });
  if (before.length > 0) await tx.delete(likenessBands).where(inArray(likenessBands.articleId, ids));
  await insertPrints(tx, tables, entries);
}

async function insertPrints(
  tx: Tx,
  { articleLikeness, likenessBands }: Tables,
  entries: readonly Entry[],
): Promise<void> {
  const printed = entries.filter(({ print }) => print !== '');
  if (printed.length === 0) return;
  await tx.insert(articleLikeness).values(printed);
  // Written out, because building it of so many values takes Drizzle longer than the database needs to carry it out.
  const rows = printed.flatMap(({ articleId, print, at }) => {
    const written = sql.param(at, likenessBands.at);
    return bandsOf(print).map((band) => sql`(${band}, ${articleId}, ${written})`);
  });
  await tx.run(
    sql`insert into ${likenessBands} (band, article_id, at) values ${sql.join(rows, sql`, `)} on conflict do nothing`,
  );
}
