import { contentHash } from '../http/content-hash.ts';
import { continueWith } from '../publishing/document.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { articleUrls } from '../settings/urls.ts';
import { displayOf } from './display.ts';
import type { Names } from './names.ts';
import { documentOf, type Publication } from './publications.ts';
import type { PublishedArticle } from './schemas.ts';

export type Composer = ReturnType<typeof createComposer>;
export type Composed = {
  body: Buffer;
  /** The name of its bytes, worked out when somebody asks: lists have one of their own. */
  hash: () => string;
};

/** The language that dates and counts are written out in: one that was asked for, the site's own, or none. */
export type DisplayWish = { locale: string } | 'site' | null;

type ComposerDeps = {
  names: Names;
  site: () => SiteSettings;
  defaultCommentMode: string;
};

/** Puts what changes without publishing in front of stored bytes. Bytes are joined, never parsed. */
export function createComposer({ names, site, defaultCommentMode }: ComposerDeps) {
  /** The live members of an article's JSON object, each with the comma behind it. */
  function liveMembers(publication: Publication, display: DisplayWish): string {
    const { refs, categoryId, commentCount, articleId: id, slug, publishedAt } = publication;
    const commentMode = publication.commentMode ?? defaultCommentMode;
    const settings = site();
    const categorySlug = names.categorySlug(categoryId);
    const { url, iri } = articleUrls(settings, { id, slug, publishedAt, categorySlug });
    const live = names.liveJson({ refs, categoryId, commentMode, commentCount });
    const words = display === null ? '' : `"display":${JSON.stringify(wordsOf(publication, settings, display))},`;
    return `${live}"url":${JSON.stringify(url)},"iri":${JSON.stringify(iri)},${words}`;
  }

  /** An article's JSON object: live members, then the stored ones. Its hash changes exactly when its bytes do. */
  function compose(publication: Publication, display: DisplayWish = null): Composed {
    const live = liveMembers(publication, display);
    const { card, rest, hash } = publication;
    const restLength = rest === null ? 0 : rest.length - 1;
    const body = Buffer.allocUnsafe(Buffer.byteLength(live) + card.length + restLength);
    const length = body.write(`{${live}`, 'utf8');
    card.copy(body, length, 1);
    if (rest !== null) continueWith(rest, body, length + card.length - 1);
    return { body, hash: () => contentHash(`${hash}${live}`) };
  }

  /** The same object as text, for answers that are put together of many. */
  function composeText(publication: Publication, display: DisplayWish = null): string {
    const stored = publication.rest === null ? publication.card : documentOf(publication);
    return `{${liveMembers(publication, display)}${stored.toString('utf8', 1)}`;
  }

  return {
    compose,
    composeText,

    /** The article as an object, for forms that are not its JSON. */
    parse(publication: Publication, display: DisplayWish = null): PublishedArticle {
      return JSON.parse(composeText(publication, display)) as PublishedArticle;
    },

    /** What an answer that shows the publication depends on. */
    tagsOf({ articleId, refs, categoryId }: Publication): string[] {
      return [`article:${articleId}`, ...names.dependencies({ refs, categoryId })];
    },

    /** Whether answers hold words without being asked. */
    usualDisplay: (): DisplayWish => (site().display ? 'site' : null),
  };
}

function wordsOf(publication: Publication, site: SiteSettings, display: DisplayWish) {
  const { publishedAt, updatedAt, commentCount, card } = publication;
  // The one stored member that is needed in words; it is a number, so it cannot be found inside of a text.
  const minutes = Number(/"readingMinutes":(\d+)/.exec(card.toString('latin1'))?.[1] ?? 1);
  return displayOf(site, display === 'site' || display === null ? null : display.locale, {
    publishedAt,
    updatedAt,
    comments: { count: commentCount },
    readingMinutes: minutes,
  });
}
