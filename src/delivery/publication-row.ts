import type { CommentMode } from '../db/tables.ts';

/** A publication as it is stored. */
export type PublicationRow = {
  n: number;
  article_id: string;
  slug: string;
  locale: string;
  category_id: string | null;
  comment_mode: CommentMode | null;
  comment_count: number;
  refs: string;
  published_at: unknown;
  updated_at: unknown;
  card: Buffer;
  /** What the document has beside the card, packed. */
  rest?: Buffer;
  hash: string;
};

/** What every read of a publication `p` begins with; SQL as text, for threads load no query builder. */
export const publicationColumns =
  'p.n, p.article_id, p.slug, p.locale, p.category_id, p.comment_mode, p.comment_count, cast(p.refs as text) as refs, p.published_at, p.updated_at';
