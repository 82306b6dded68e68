import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { contentHash } from '../http/content-hash.ts';
import { httpDate } from '../http/http-date.ts';

/** A finished public answer: what a route renders. */
export type Rendered = {
  status?: 200 | 308;
  body: Buffer;
  contentType: string;
  /** What the answer depends on; a change of any of them ends its life. */
  tags: readonly string[];
  headers?: Record<string, string>;
  /** What of a request the answer depends on, beside its encoding. */
  varies?: 'accept';
  /** The name of the content, where it is known without reading all of it. */
  hash?: string;
  /** Whether time alone has made it wrong, where that can be. */
  isOver?: () => boolean;
};

/** What stands elsewhere now, until something with one of `tags` changes. */
export function movedTo(location: string, tags: readonly string[]): Rendered {
  return {
    status: 308,
    body: Buffer.alloc(0),
    contentType: 'text/plain; charset=utf-8',
    tags,
    headers: { location },
  };
}

/** A finished answer as it is kept and sent. */
export type Entry = {
  status: number;
  body: Buffer;
  etag: string;
  headers: Record<string, string>;
  vary: string;
  /** From this whole second on (milliseconds) the answer is the only one that clients can have been sent. */
  settledAt: number;
  /** The same as Last-Modified says it. */
  settledDate: string;
  tags: readonly string[];
  encoded: Partial<Record<Encoding, Promise<Buffer>>>;
  isOver?: () => boolean;
};

export type Encoding = 'br' | 'gzip';
export type ResponseCache = ReturnType<typeof createResponseCache>;

/** An answer in the making, and what has changed since it was begun, if anything has. */
type Rendering = { entry: Promise<Entry> | null; changed: Set<string> | null };

type Compress = Record<Encoding, (body: Buffer) => Promise<Buffer>>;

const zlib: Compress = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body) => promisify(gzip)(body, { level: 6 }),
};

/**
 * Finished answers by URL, bounded in bytes, dropped by tag. A key that many ask for at once is rendered once; an
 * answer is not kept when something that it depends on changed while it was rendered, and whoever asks after a change
 * never shares a rendering that began before it.
 */
export function createResponseCache(maxBytes: number, compress = zlib) {
  const keysByTag = new Map<string, Set<string>>();
  const running = new Map<string, Rendering>();
  /** Those that something has changed under, whatever it was. */
  const overtaken = new Set<Rendering>();
  const entries =
    maxBytes === 0
      ? null
      : new LRUCache<string, Entry>({
          maxSize: maxBytes,
          maxEntrySize: Math.max(1, Math.floor(maxBytes / 8)),
          sizeCalculation: sizeOf,
          dispose: (entry, key) => forgetTags(key, entry.tags),
        });

  function forgetTags(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) keysByTag.delete(tag);
    }
  }

  function keep(key: string, entry: Entry): void {
    if (!entries) return;
    entries.set(key, entry);
    if (!entries.has(key)) return;
    for (const tag of entry.tags) {
      const keys = keysByTag.get(tag);
      if (keys) keys.add(key);
      else keysByTag.set(tag, new Set([key]));
    }
  }

  return {
    /** The kept answer for `key`, unless it is over. */
    find(key: string): Entry | undefined {
      const entry = entries?.get(key);
      return entry?.isOver?.() ? undefined : entry;
    },

    /** The kept answer for `key`, or the one that `render` makes now. */
    async through(key: string, render: () => Promise<Rendered>): Promise<Entry> {
      const kept = this.find(key);
      if (kept) return kept;
      const shared = running.get(key);
      if (shared?.entry) return shared.entry;
      const rendering: Rendering = { entry: null, changed: null };
      running.set(key, rendering);
      try {
        const begunAt = Date.now();
        rendering.entry = render().then((rendered) => toEntry(rendered, begunAt));
        const entry = await rendering.entry;
        if (isStill(entry, rendering)) keep(key, entry);
        return entry;
      } finally {
        overtaken.delete(rendering);
        if (running.get(key) === rendering) running.delete(key);
      }
    },

    /** Ends the life of every answer that depends on one of `tags`. */
    drop(tags: Iterable<string>): void {
      for (const rendering of running.values()) overtaken.add(rendering);
      running.clear();
      const changed = [...tags];
      for (const rendering of overtaken) rendering.changed = new Set([...(rendering.changed ?? []), ...changed]);
      for (const tag of changed) {
        if (tag === 'everything') entries?.clear();
        for (const key of [...(keysByTag.get(tag) ?? [])]) entries?.delete(key);
      }
    },

    /** The body of an entry in an encoding, compressed once; again where that has failed. */
    encode(entry: Entry, encoding: Encoding): Promise<Buffer> {
      entry.encoded[encoding] ??= compress[encoding](entry.body).catch((error: unknown) => {
        delete entry.encoded[encoding];
        throw error;
      });
      return entry.encoded[encoding];
    },

    get bytes(): number {
      return entries?.calculatedSize ?? 0;
    },
  };
}

/** Whether nothing that an answer depends on has changed while it was made. */
function isStill({ tags }: Entry, { changed }: Rendering): boolean {
  return changed === null || (!changed.has('everything') && !tags.some((tag) => changed.has(tag)));
}

const cacheControl = 'public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400';

/** A finished answer from what was rendered, and when that was begun: what changes from then on may not be in it. */
function toEntry(
  { status = 200, body, contentType, tags, headers, hash, varies, isOver }: Rendered,
  begunAt: number,
): Entry {
  const unique = [...new Set(tags)];
  const outside = tagsOutside(unique);
  const madeAt = Math.floor(begunAt / 1000) * 1000;
  const settledAt = madeAt + unsettledMs;
  return {
    status,
    body: unpooled(body),
    etag: `"${hash ?? contentHash(body)}"`,
    tags: unique,
    vary: varies === undefined ? 'accept-encoding' : `${varies}, accept-encoding`,
    settledAt,
    settledDate: httpDate(settledAt),
    encoded: {},
    ...(isOver ? { isOver } : {}),
    headers: {
      'content-type': contentType,
      'cache-control': cacheControl,
      'surrogate-key': outside.join(' '),
      'cache-tag': outside.join(','),
      // Comments and names change an answer without publishing, so it is the time it was made.
      'last-modified': httpDate(madeAt - dateLagMs),
      ...headers,
    },
  };
}

/**
 * Last-Modified has whole seconds, and another process may answer the state before a change for a second more. So two
 * answers could have the same date; from the second after that on, a date names one of them only.
 */
const unsettledMs = 2000;

/** Node tells the time in Date once a second, so that may be a second old; Last-Modified must not be later than it. */
export const dateLagMs = 1000;

/** Caches before us bound the length of a header line; Varnish by 8 KiB. */
const longestTagsHeader = 4000;

/**
 * The tags as CDNs are told them. A long list has too many for a header: then it has those of everything that changes
 * it, so that it is purged more often than it need be, never less.
 */
function tagsOutside(tags: readonly string[]): readonly string[] {
  const length = tags.reduce((sum, tag) => sum + tag.length + 1, 0);
  if (length <= longestTagsHeader) return tags;
  const few = tags.filter((tag) => !tag.includes(':'));
  return [...new Set([...few, 'list', 'comment-counts', 'categories', 'tags', 'authors'])];
}

/** Small buffers share a block of memory, and one that is kept would keep all of it. */
function unpooled(body: Buffer): Buffer {
  if (body.buffer.byteLength <= body.length * 2) return body;
  const own = Buffer.allocUnsafeSlow(body.length);
  body.copy(own);
  return own;
}

/**
 * Bytes an entry costs: its body and its compressed forms to come, its address, headers and bookkeeping, and the garbage
 * that a process with a full cache makes of what it drops and has not collected yet: about 30 KB for an article of 11 KB with
 * six tags, measured with the flags of `npm start`.
 */
function sizeOf(entry: Entry, key: string): number {
  return entry.body.length * 2 + entry.tags.length * 400 + key.length + 7000;
}
