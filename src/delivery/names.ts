import { idsIn } from '../db/change-tags.ts';
import type { Database, Reader } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import { loadAndFollow } from '../db/load-and-follow.ts';
import type { PublicationRefs } from '../db/tables.ts';
import type { ByteWriter } from './byte-writer.ts';

/** A category as public answers show it, in JSON, and what its articles need of it besides. */
type CategoryName = { json: Buffer; parentId: string | null; slug: string };

/** What of an answer is not in the stored bytes: it changes without publishing. */
export type LiveParts = {
  refs: PublicationRefs;
  categoryId: string | null;
  commentMode: string;
  commentCount: number;
};

export type Names = Awaited<ReturnType<typeof loadNames>>;

/**
 * Keeps the names of all categories, tags and authors in memory, fresh after every commit that changes one, so that
 * a renamed author shows at once in everything published without any stored document being rewritten.
 */
export async function loadNames(db: Database) {
  const categories = new Map<string, CategoryName>();
  /** Tags in JSON; and authors, with the brace left open for what each has done for an article. */
  const tags = new Map<string, Buffer>();
  const authors = new Map<string, Buffer>();
  let version = 0;

  const stop = await loadAndFollow(db, (changed) => {
    const ids = (kind: string) => idsIn(changed, kind);
    if (changed.has('everything')) return reload(db.read);
    if (!changed.has('categories') && !changed.has('tags') && !changed.has('authors')) return;
    return reload(db.read, { categories: ids('category'), tags: ids('tag'), authors: ids('author') });
  });

  /** Reads all names, or those with the given ids; a name that is gone is forgotten. */
  async function reload(read: Reader, only?: { categories: string[]; tags: string[]; authors: string[] }) {
    const { tables } = db;
    if (!only || only.categories.length > 0) {
      const { id, name, slug, parentId } = tables.categories;
      const rows = await read
        .select({ id, name, slug, parentId })
        .from(tables.categories)
        .where(only && isAmong(id, only.categories));
      refresh(categories, only?.categories, rows, (row) => ({
        parentId: row.parentId,
        slug: row.slug,
        json: Buffer.from(JSON.stringify({ id: row.id, name: row.name, slug: row.slug })),
      }));
    }
    if (!only || only.tags.length > 0) {
      const { id, name, slug } = tables.tags;
      const rows = await read
        .select({ id, name, slug })
        .from(tables.tags)
        .where(only && isAmong(id, only.tags));
      refresh(tags, only?.tags, rows, (row) => Buffer.from(JSON.stringify(row)));
    }
    if (!only || only.authors.length > 0) {
      const { id, name, slug } = tables.authors;
      const rows = await read
        .select({ id, name, slug })
        .from(tables.authors)
        .where(only && isAmong(id, only.authors));
      refresh(authors, only?.authors, rows, (row) => Buffer.from(JSON.stringify(row).slice(0, -1)));
    }
    version++;
  }

  return {
    stop,

    /** Another number after every change of a name. */
    version: (): number => version,

    /** Writes the live members of an article's JSON object, with the comma that joins them to others. */
    writeLive({ refs, categoryId, commentMode, commentCount }: LiveParts, into: ByteWriter): void {
      into.ascii('"authors":[');
      let comma = '';
      for (const { id, role } of refs.authors) {
        const author = authors.get(id);
        if (!author) continue;
        into.ascii(comma);
        into.bytes(author);
        into.text(`,"role":${JSON.stringify(role)}}`);
        comma = ',';
      }
      into.ascii('],"category":');
      const category = categoryId === null ? undefined : categories.get(categoryId);
      into.bytes(category?.json ?? nothing);
      into.ascii(',"tags":[');
      comma = '';
      for (const id of refs.tags) {
        const tag = tags.get(id);
        if (!tag) continue;
        into.ascii(comma);
        into.bytes(tag);
        comma = ',';
      }
      into.ascii(`],"comments":{"mode":"${commentMode}","count":${commentCount}},`);
    },

    /** The cache tags of what `writeLive` shows. */
    dependencies({ refs, categoryId }: Pick<LiveParts, 'refs' | 'categoryId'>): string[] {
      return [
        ...refs.authors.map(({ id }) => `author:${id}`),
        ...refs.tags.map((id) => `tag:${id}`),
        ...(categoryId === null ? [] : [`category:${categoryId}`]),
      ];
    },

    categorySlug: (id: string | null): string | null => (id === null ? null : (categories.get(id)?.slug ?? null)),

    /** A category and all that it stands below; each once, should they ever go round. */
    lineAbove(categoryId: string): Set<string> {
      const line = new Set([categoryId]);
      for (const id of line) {
        const above = categories.get(id)?.parentId;
        if (above) line.add(above);
      }
      return line;
    },

    /** A category and all below it. */
    subtree(categoryId: string): string[] {
      const found = [categoryId];
      for (const id of found)
        for (const [child, { parentId }] of categories)
          if (parentId === id && !found.includes(child)) found.push(child);
      return found;
    },
  };
}

const nothing = Buffer.from('null');

function refresh<Row extends { id: string }, Value>(
  map: Map<string, Value>,
  asked: string[] | undefined,
  rows: Row[],
  nameOf: (row: Row) => Value,
): void {
  if (asked) for (const id of asked) map.delete(id);
  else map.clear();
  for (const row of rows) map.set(row.id, nameOf(row));
}
