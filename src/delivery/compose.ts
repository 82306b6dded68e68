import { LRUCache } from 'lru-cache';
import { unpack, unpackForNow } from '../db/packing.ts';
import { contentHash } from '../http/content-hash.ts';
import { continueWith } from '../publishing/document.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { articleUrls } from '../settings/urls.ts';
import { createByteWriter } from './byte-writer.ts';
import { type DisplayLocale, displayLocale, displayOf } from './display.ts';
import type { Names } from './names.ts';
import { documentOf, type Publication } from './publications.ts';
import type { PublishedArticle } from './schemas.ts';

export type Composer = ReturnType<typeof createComposer>;
export type Composed = {
  body: Buffer;
  /** The name of its bytes, worked out when somebody asks: lists have one of their own. */
  hash: () => string;
};

/** Articles in a row, as a list shows them. */
export type ComposedList = Composed & {
  /** What they depend on. */
  tags: string[];
};

/** The live members of an article without its display, and what they were made of. */
type Live = Pick<Publication, (typeof livesOn)[number]> & {
  publishedAt: number;
  settings: SiteSettings;
  namesVersion: number;
  /** The members as bytes of JSON, with the brace before the first, and a name for them. */
  bytes: Buffer;
  hash: string;
  tags: string[];
};

type Stored = { card: Buffer; rest: Buffer | null };

const livesOn = ['refs', 'categoryId', 'commentMode', 'commentCount', 'slug'] as const;
/** Those of so many articles are kept: what lists show is mostly the same. */
const livesKept = 1000;

type ComposerDeps = {
  names: Names;
  site: () => SiteSettings;
  defaultCommentMode: string;
};

/** Puts what changes without publishing in front of stored bytes. Bytes are joined, never parsed. */
export function createComposer({ names, site, defaultCommentMode }: ComposerDeps) {
  const lives = new LRUCache<number, Live>({ max: livesKept });
  const writer = createByteWriter();

  /**
   * The brace of an article's JSON object and its live members, each with the comma behind it, in memory that the next call
   * writes over.
   */
  function liveMembers(publication: Publication, display: DisplayLocale): Buffer {
    const { articleId: id, slug, categoryId, refs, commentCount, publishedAt } = publication;
    const commentMode = publication.commentMode ?? defaultCommentMode;
    const categorySlug = names.categorySlug(categoryId);
    writer.begin();
    writer.ascii('{');
    names.writeLive({ refs, categoryId, commentMode, commentCount }, writer);
    // Addresses have nothing in them that JSON would escape.
    const { url, iri } = articleUrls(site(), { id, slug, publishedAt, categorySlug });
    writer.ascii(`"url":"${url}","iri":"`);
    writer.text(iri);
    writer.ascii('",');
    writer.text(displayMember(publication, display));
    return writer.written();
  }

  function tagsOf({ articleId, refs, categoryId }: Publication): string[] {
    return [`article:${articleId}`, ...names.dependencies({ refs, categoryId })];
  }

  /** What lists show of an article beside its stored bytes; they show the same few articles again and again. */
  function liveInLists(publication: Publication): Live {
    const known = lives.get(publication.n);
    const [publishedAt, settings, namesVersion] = [publication.publishedAt.getTime(), site(), names.version()];
    const isSame =
      known?.publishedAt === publishedAt &&
      known.settings === settings &&
      known.namesVersion === namesVersion &&
      livesOn.every((name) => known[name] === publication[name]);
    if (isSame) return known;
    const { refs, categoryId, commentMode, commentCount, slug } = publication;
    const bytes = Buffer.from(liveMembers(publication, null));
    const made = {
      ...{ refs, categoryId, commentMode, commentCount, slug, publishedAt, settings, namesVersion },
      ...{ bytes, hash: contentHash(bytes), tags: tagsOf(publication) },
    };
    lives.set(publication.n, made);
    return made;
  }

  /** The member that has dates and counts in words, with the comma behind it; nothing where nobody wants it. */
  function displayMember(publication: Publication, display: DisplayLocale): string {
    return display === null ? '' : `"display":${JSON.stringify(wordsOf(publication, site(), display))},`;
  }

  /** An article's JSON object: live members, then the stored ones. Its hash changes exactly when its bytes do. */
  function compose(publication: Publication, display: DisplayLocale = null): Composed {
    const members = liveMembers(publication, display);
    const { card, packedRest } = publication;
    const stored = { card, rest: packedRest && unpackForNow(packedRest) };
    const body = Buffer.allocUnsafe(members.length + storedLength(stored));
    writeStored(stored, body, members.copy(body));
    return { body, hash: () => publication.hash + contentHash(body.subarray(0, members.length)) };
  }

  /** Several of them with commas between, and something before and after all. */
  function composeList(
    publications: readonly Publication[],
    display: DisplayLocale,
    { before, after }: { before: string; after: string },
  ): ComposedList {
    const items = publications.map((publication) => ({
      publication,
      live: liveInLists(publication),
      stored: { card: publication.card, rest: publication.packedRest && unpack(publication.packedRest) },
      shown: displayMember(publication, display),
    }));
    let size = Buffer.byteLength(before) + Buffer.byteLength(after) + Math.max(0, items.length - 1);
    for (const { live, stored, shown } of items)
      size += live.bytes.length + Buffer.byteLength(shown) + storedLength(stored);
    const body = Buffer.allocUnsafeSlow(size);
    let end = body.write(before);
    for (const [at, { live, stored, shown }] of items.entries()) {
      if (at > 0) end += body.write(',', end);
      end += live.bytes.copy(body, end);
      if (shown !== '') end += body.write(shown, end);
      end = writeStored(stored, body, end);
    }
    body.write(after, end);
    const parts = items.map(({ publication, live, shown }) => `${publication.hash}${live.hash}${shown}`);
    return {
      body,
      hash: () => contentHash([before, ...parts, after].join('\n')),
      tags: items.flatMap(({ live }) => live.tags),
    };
  }

  /** The same object as text, for answers that are put together of many. */
  function composeText(publication: Publication, display: DisplayLocale = null): string {
    return `${liveMembers(publication, display)}${documentOf(publication).toString('utf8', 1)}`;
  }

  return {
    compose,
    composeText,
    composeList,

    /** The article as an object, for forms that are not its JSON. */
    parse(publication: Publication, display: DisplayLocale = null): PublishedArticle {
      return JSON.parse(composeText(publication, display)) as PublishedArticle;
    },

    /** What an answer that shows the publication depends on. */
    tagsOf,

    /** The language of the words that an answer holds. */
    displayFor: (asked: string | undefined) => displayLocale(asked, site()),
  };
}

/** How many bytes the stored members take, with the brace behind the last. */
function storedLength({ card, rest }: Stored): number {
  return card.length - 1 + (rest === null ? 0 : rest.length - 1);
}

/** Writes the stored members, with the brace behind the last, and answers where they end. */
function writeStored({ card, rest }: Stored, into: Buffer, start: number): number {
  const end = start + card.copy(into, start, 1);
  if (rest === null) return end;
  continueWith(rest, into, end);
  return end + rest.length - 1;
}

function wordsOf(publication: Publication, site: SiteSettings, display: DisplayLocale) {
  const { publishedAt, updatedAt, commentCount, card } = publication;
  // The one stored member that is needed in words; it is a number, so it cannot be found inside of a text.
  const minutes = Number(/"readingMinutes":(\d+)/.exec(card.toString('latin1'))?.[1] ?? 1);
  return displayOf(site, display, {
    publishedAt,
    updatedAt,
    comments: { count: commentCount },
    readingMinutes: minutes,
  });
}
