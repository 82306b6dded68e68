import { and, desc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables, TermKind } from '../db/tables.ts';

type Slug = { slug: string; slugKey: string };

/**
 * Remembers the slug that a term had before a change, where it is another now: whoever asks for it is led to the term,
 * unless one has that slug, or another has left it since.
 */
export async function rememberSlug(
  tx: Tx,
  { formerTermSlugs }: Tables,
  term: { kind: TermKind; id: string },
  { before, now, at }: { before: Slug; now: Slug; at: Date },
): Promise<void> {
  if (before.slugKey === now.slugKey) return;
  const { kind, slugKey, termId } = formerTermSlugs;
  const left = { slug: before.slug, leftAt: at };
  await tx
    .insert(formerTermSlugs)
    .values({ kind: term.kind, slugKey: before.slugKey, termId: term.id, ...left })
    .onConflictDoUpdate({ target: [kind, slugKey, termId], set: left });
}

/** The id of the term that was the last to leave a slug; undefined where none had it. */
export async function findFormer(
  read: Reader,
  { formerTermSlugs }: Tables,
  kind: TermKind,
  slugKey: string,
): Promise<string | undefined> {
  const [row] = await read
    .select({ id: formerTermSlugs.termId })
    .from(formerTermSlugs)
    .where(and(eq(formerTermSlugs.kind, kind), eq(formerTermSlugs.slugKey, slugKey)))
    .orderBy(desc(formerTermSlugs.leftAt), desc(formerTermSlugs.termId))
    .limit(1);
  return row?.id;
}

/** A term that is deleted leaves nothing behind. */
export async function forgetSlugs(tx: Tx, { formerTermSlugs }: Tables, termId: string): Promise<void> {
  await tx.delete(formerTermSlugs).where(eq(formerTermSlugs.termId, termId));
}
