import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { beginOf, dayHours, hourOf, keptHours, weekHours } from '../delivery/view-hours.ts';
import type { StoredPublication } from '../publishing/publication-store.ts';
import type { ArticleRecord, HourOfViews } from './records.ts';

type Views = HourOfViews[] | undefined;

/**
 * How often an article was read, by what is known of it here and by its record: of each hour the higher count, so that
 * nothing is counted twice and nothing lost when a record comes again. Without hours that no window reaches any more
 * at `at`, and those that have not come. Nothing when there are none.
 */
export function mergeViews(here: Views, record: Views, at: Date): Views {
  const now = hourOf(at.getTime());
  const merged = new Map<number, number>();
  for (const { hour, views } of [...(here ?? []), ...(record ?? [])]) {
    const number = hourOf(hour.getTime());
    if (number > now - keptHours && number <= now) merged.set(number, Math.max(views, merged.get(number) ?? 0));
  }
  if (merged.size === 0) return undefined;
  return [...merged].sort(([a], [b]) => a - b).map(([hour, views]) => ({ hour: beginOf(hour), views }));
}

/** Stores how often publications were read that have just been stored anew, and what the windows at `at` make of it. */
export async function restoreViews(
  tx: Tx,
  { publications, publicationViews }: Tables,
  stored: readonly StoredPublication[],
  viewsOf: (articleId: string) => Views,
  at: Date,
): Promise<void> {
  const now = hourOf(at.getTime());
  const rows = stored.flatMap(({ n, articleId }) =>
    (viewsOf(articleId) ?? []).map(({ hour, views }) => ({ n, hour: hourOf(hour.getTime()), views })),
  );
  if (rows.length === 0) return;
  await tx.insertMany(publicationViews, rows);
  for (const [n, own] of Map.groupBy(rows, (row) => row.n)) {
    const since = (hours: number) => own.reduce((sum, { hour, views }) => (hour > now - hours ? sum + views : sum), 0);
    await tx
      .update(publications)
      .set({ views24h: since(dayHours), views7d: since(weekHours) })
      .where(eq(publications.n, n));
  }
}

/** The record with the views that it will have here. */
export function withViews(record: ArticleRecord, views: Views): ArticleRecord {
  const { publication } = record;
  if (!publication) return record;
  const { views: _, ...rest } = publication;
  return { ...record, publication: views ? { ...rest, views } : rest };
}
