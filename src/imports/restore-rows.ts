import { slugKey } from '../arabic/slug.ts';
import type { BylinesAndTags } from '../articles/bylines-and-tags.ts';
import { publishedSection, storedSection } from '../articles/section-rows.ts';
import type { WorkingCopy } from '../articles/working-copy.ts';
import { countApprovedBelow } from '../comments/moderation.ts';
import { periodOf } from '../comments/words.ts';
import type { Tables } from '../db/tables.ts';
import { type PublicationRows, publicationRows } from '../publishing/rows.ts';
import { LineError } from './lines.ts';
import type { ArticleRecord, Snapshot } from './records.ts';

type Row<Name extends keyof Tables> = Tables[Name]['$inferInsert'];

export function articleRow(record: ArticleRecord): Row<'articles'> {
  const { id, externalId, status, createdBy, publishedAt, sectionsVersion, version, createdAt, updatedAt } = record;
  return {
    ...{ id, externalId, status, createdBy, publishedAt, sectionsVersion, version, createdAt, updatedAt },
    ...contentColumns(record),
  };
}

export function slugRows({ id, slugs }: ArticleRecord): Row<'articleSlugs'>[] {
  return slugs.map((each) => ({ ...each, slugKey: slugKey(each.slug), articleId: id }));
}

export function bylinesAndTagsOf({ id, authors, tags }: ArticleRecord): BylinesAndTags {
  return { articleId: id, authors, tagIds: tags.map((tag) => tag.id) };
}

export function sectionRows({ id, sections, publication }: ArticleRecord): Row<'sections'>[] {
  const isShown = publication !== null && publication.snapshot === null;
  return sections.map((section, position) =>
    (isShown ? publishedSection : storedSection)({ ...section, articleId: id, position }),
  );
}

export type RestoredComment = Omit<Row<'comments'>, 'n' | 'articleN'> & { articleId: string };

/** Comments with what follows from their threads. Records have no reply before what it answers. */
export function commentRows({ id: articleId, comments }: ArticleRecord): RestoredComment[] {
  const places = new Map<string, { threadId: string; depth: number }>();
  const approvedBelow = countApprovedBelow(comments);
  for (const { id, parentId } of comments) {
    const parent = parentId === null ? undefined : places.get(parentId);
    places.set(id, parent ? { threadId: parent.threadId, depth: parent.depth + 1 } : { threadId: id, depth: 0 });
  }
  return comments.map(({ id, author, parentId, ...comment }) => ({
    ...comment,
    id,
    articleId,
    parentId,
    ...(places.get(id) ?? { threadId: id, depth: 0 }),
    authorName: author.name,
    authorEmail: author.email,
    period: periodOf(comment.createdAt),
    // Old comments may well say the same, and are nobody's second attempt.
    fingerprint: null,
    approvedReplies: approvedBelow.get(id) ?? 0,
  }));
}

/** Refuses a record whose parts do not hold together, which no schema of its fields can see. Throws LineError. */
export function checkRecord(record: ArticleRecord): ArticleRecord {
  const { slug, slugs, status, publication, comments, sections } = record;
  const keys = slugs.map((each) => slugKey(each.slug));
  if (!keys.includes(slugKey(slug)))
    throw new LineError({
      en: `slugs: the slug «${slug}» is not among them`,
      ar: `slugs: العنوان المختصر «${slug}» ليس بينها.`,
    });
  if (new Set(keys).size < keys.length)
    throw new LineError({
      en: 'slugs: two of them are the same address',
      ar: 'slugs: ورد العنوان المختصر نفسه مرتين.',
    });
  if ((status === 'published') !== (publication !== null))
    throw new LineError({
      en: `publication: an article that is ${status} has ${publication ? 'none' : 'one'}`,
      ar: publication
        ? 'publication: المقال غير منشور فلا نسخة منشورة له.'
        : 'publication: المقال منشور ونسخته المنشورة مفقودة.',
    });
  if (new Set(sections.map((section) => section.id)).size < sections.length)
    throw new LineError({ en: 'sections: two of them have the same id', ar: 'sections: لقسمين منها المعرّف نفسه.' });
  if (new Set(sections.map((section) => section.anchor)).size < sections.length)
    throw new LineError({
      en: 'sections: two of them have the same anchor',
      ar: 'sections: لقسمين منها المرساة نفسها.',
    });
  const seen = new Set<string>();
  for (const { id, parentId } of comments) {
    if (seen.has(id)) throw new LineError({ en: `comments: ${id} is there twice`, ar: `comments: ورد ${id} مرتين.` });
    if (parentId !== null && !seen.has(parentId))
      throw new LineError({
        en: `comments: ${id} answers ${parentId}, which is not before it`,
        ar: `comments: يرد ${id} على ${parentId} الذي لم يرد قبله.`,
      });
    seen.add(id);
  }
  return record;
}

/** The publication of a record, built anew from what it says; null when it is not published. */
export function restoredPublication(record: ArticleRecord, commentCount: number): PublicationRows | null {
  const { publication } = record;
  if (!publication) return null;
  const { revision, publishedAt, updatedAt } = publication;
  const copy = workingCopy(record, publication.snapshot ?? record);
  return publicationRows(copy, { revision, publishedAt, updatedAt, commentCount });
}

function workingCopy(record: ArticleRecord, seen: Snapshot): WorkingCopy {
  const { sectionsVersion, version, createdAt, updatedAt } = record;
  const stamps = { version, createdAt, updatedAt };
  const { id, externalId, status, createdBy, publishedAt } = record;
  return {
    article: { id, externalId, status, createdBy, publishedAt, sectionsVersion, ...stamps, ...contentColumns(seen) },
    authors: seen.authors,
    tagIds: seen.tags.map((tag) => tag.id),
    sections: seen.sections.map((section, position) => ({
      ...{ id: section.id, heading: section.heading, anchor: section.anchor, body: section.body },
      ...{ articleId: record.id, position, ...stamps },
    })),
  };
}

function contentColumns(content: Omit<Snapshot, 'sections'>) {
  const { headline, kicker, lead, slug, locale, source, dateline, urgency, seo, commentMode, custom } = content;
  return {
    ...{ headline, kicker, lead, slug, locale, dateline, urgency, commentMode, custom },
    // zod writes an optional field that is not there as possibly undefined; the parsed value has no such field.
    seo: seo as Tables['articles']['$inferSelect']['seo'],
    sourceName: source?.name ?? null,
    sourceUrl: source?.url ?? null,
    categoryId: content.category?.id ?? null,
  };
}
