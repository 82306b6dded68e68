import { firstStrong, localeDirection } from '../arabic/direction.ts';
import { dateInWords } from '../delivery/display.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { CommentRow } from './repository.ts';
import type { Comment, EditorialComment, Reply } from './schemas.ts';

/** How comments are shown: the language of their article, and that of dates in words; null where nobody wants them. */
export type Showing = { locale: string; words: { site: SiteSettings; locale: string } | null };

/** A comment as readers see it: of one that is not approved, its place alone. */
export function showComment(row: CommentRow, { locale, words }: Showing): Comment {
  const { id, parentId, createdAt, approvedReplies: replyCount } = row;
  const isApproved = row.status === 'approved';
  const body = isApproved ? row.body : null;
  return {
    id,
    parentId,
    status: isApproved ? 'approved' : 'deleted',
    body,
    author: isApproved ? { name: row.authorName } : null,
    ...languageOf(body, locale),
    createdAt,
    replyCount,
    ...(words && { display: displayOf(createdAt, words) }),
  };
}

function displayOf(createdAt: Date, { site, locale }: NonNullable<Showing['words']>): Comment['display'] {
  const { full, hijri } = dateInWords(site, locale, createdAt);
  return { locale, createdAt: full, createdAtHijri: hijri };
}

/** Hangs replies below what they answer. They come oldest first, so whatever one answers stands before it. */
export function nestReplies(threadId: string, rows: readonly CommentRow[], showing: Showing): Reply[] {
  const nodes = new Map<string, Reply>(rows.map((row) => [row.id, { ...showComment(row, showing), replies: [] }]));
  const top: Reply[] = [];
  for (const node of nodes.values()) {
    const parent = node.parentId === threadId ? undefined : nodes.get(node.parentId ?? '');
    (parent?.replies ?? top).push(node);
  }
  return top;
}

/** What a reader who has just posted is shown. */
export function showPosted(row: CommentRow, locale: string) {
  const { id, articleId, parentId, body, authorName, createdAt } = row;
  return {
    ...{ id, articleId, parentId, body, createdAt },
    status: row.status === 'approved' ? ('approved' as const) : ('pending' as const),
    author: { name: authorName },
    ...languageOf(body, locale),
  };
}

export type ArticleSeen = { id: string; locale: string; slug: string | null; card: Buffer | null };

export function showToModerators(row: CommentRow, article: ArticleSeen): EditorialComment {
  const { id, parentId, threadId, status, links, version, createdAt, updatedAt } = row;
  const isDeleted = status === 'deleted';
  const body = isDeleted ? null : row.body;
  return {
    ...{ id, parentId, threadId, status, body, links, version, createdAt, updatedAt },
    article: { id: article.id, slug: article.slug, headline: headlineOf(article.card) },
    author: isDeleted ? null : { name: row.authorName, email: row.authorEmail },
    ...languageOf(body, article.locale),
    replyCount: row.approvedReplies,
  };
}

/** Direction by the first strong letter; the language is the article's unless that would contradict it. */
function languageOf(body: string | null, locale: string): { locale: string; dir: 'rtl' | 'ltr' } {
  const usual = localeDirection(locale);
  const dir = (body === null ? null : firstStrong(body)) ?? usual;
  return { locale: dir === usual ? locale : 'und', dir };
}

function headlineOf(card: Buffer | null): string | null {
  return card && (JSON.parse(card.toString()) as { headline: string }).headline;
}
