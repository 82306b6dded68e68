import { and, eq, inArray } from 'drizzle-orm';
import { slugify, slugKey } from '../arabic/slug.ts';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { chooseSlug } from '../slugs.ts';
import { uuid } from '../uuid.ts';

export type Slug = { slug: string; slugKey: string };

/** What an article wants to be called: a slug that an editor chose is taken as it is or not at all. */
export type SlugWish = {
  articleId: string;
  text: string;
  isChosen: boolean;
  /** The article is published in the same transaction, so the slug is kept for ever. */
  isPublic?: boolean;
  /** What `firstSlug` answers, where another thread has asked it. */
  first?: Slug;
};

const numbered = 5;
const maxLetters = 80;

const firstSlugs = new WeakMap<SlugWish, Slug>();

/** The slug to try first. */
export function firstSlug(wish: SlugWish): Slug {
  const known = wish.first ?? firstSlugs.get(wish);
  if (known) return known;
  const first = chooseSlug(wish.text, wish.articleId);
  firstSlugs.set(wish, first);
  return first;
}

/**
 * Claims a slug for every article; the database decides who has which. Where a headline's slug is taken the next is
 * tried: -2 to -5, then random parts, because a headline that stands every evening must not be counted through.
 * A wish that cannot be met is missing from the answer.
 */
export async function claimSlugs(
  tx: Tx,
  { articleSlugs }: Tables,
  wishes: readonly SlugWish[],
  at: Date,
): Promise<Map<string, string>> {
  const claimed = new Map<string, string>();
  let waiting = wishes;
  for (let attempt = 0; waiting.length > 0; attempt++) {
    const rows = new Map<string, typeof articleSlugs.$inferInsert>();
    for (const wish of waiting) {
      const candidate = attempt === 0 ? firstSlug(wish) : slugAttempt(wish, attempt);
      if (!rows.has(candidate.slugKey))
        rows.set(candidate.slugKey, {
          ...candidate,
          articleId: wish.articleId,
          wasPublic: wish.isPublic ?? false,
          createdAt: at,
        });
    }
    // One order for everybody, so that two imports at once do not wait for each other in a circle.
    const ordered = [...rows.values()].sort((a, b) => (a.slugKey < b.slugKey ? -1 : 1));
    const inserted = await tx.insertMany(articleSlugs, ordered, {
      taken: 'skip',
      returning: ['articleId', 'slug'],
    });
    for (const { articleId, slug } of inserted) claimed.set(articleId, slug);
    waiting = waiting.filter((wish) => !wish.isChosen && !claimed.has(wish.articleId));
  }
  return claimed;
}

/**
 * Gives an article another slug: a new one, or one it had before. The slug it leaves stays its own only if readers
 * have seen it. Throws AppError `already-exists` when the slug is, or was, another article's.
 */
export async function changeSlug(
  tx: Tx,
  { articleSlugs }: Tables,
  article: { id: string; slug: string },
  slug: string,
  at: Date,
): Promise<void> {
  const next = { slug, slugKey: slugKey(slug) };
  const left = slugKey(article.slug);
  const [taken] = await tx
    .insert(articleSlugs)
    .values({ ...next, articleId: article.id, wasPublic: false, createdAt: at })
    .onConflictDoUpdate({
      target: articleSlugs.slugKey,
      set: { slug: next.slug },
      setWhere: eq(articleSlugs.articleId, article.id),
    })
    .returning({ articleId: articleSlugs.articleId });
  if (!taken) throw takenSlug();
  if (next.slugKey !== left)
    await tx.delete(articleSlugs).where(and(eq(articleSlugs.slugKey, left), eq(articleSlugs.wasPublic, false)));
}

/** From now on these slugs of articles are known outside, so they are kept for ever. */
export async function keepSlugs(tx: Tx, { articleSlugs }: Tables, slugs: readonly string[]): Promise<void> {
  if (slugs.length === 0) return;
  await tx
    .update(articleSlugs)
    .set({ wasPublic: true })
    .where(inArray(articleSlugs.slugKey, slugs.map(slugKey)));
}

export function takenSlug(pointer = '/slug'): AppError {
  return alreadyExists('slug', pointer, 'Another article has or had this slug.', 'هذا العنوان المختصر لمقال آخر.');
}

export function takenExternalId(pointer = '/externalId'): AppError {
  return alreadyExists(
    'externalId',
    pointer,
    'Another article has this externalId.',
    'يحمل مقال آخر المعرّف الخارجي نفسه.',
  );
}

function alreadyExists(field: string, pointer: string, en: string, ar: string): AppError {
  return new AppError('already-exists', {
    params: { field },
    errors: [{ in: 'body', pointer, code: 'already_exists', message: { en, ar } }],
  });
}

function slugAttempt({ text }: SlugWish, attempt: number): Slug {
  const random = uuid().slice(-12);
  const suffix = attempt < numbered ? String(attempt + 1) : random.slice(attempt === numbered ? 6 : 0);
  const base = slugify(text, maxLetters - suffix.length - 1);
  const slug = base === '' ? random : `${base}-${suffix}`;
  return { slug, slugKey: slugKey(slug) };
}
