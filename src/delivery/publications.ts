import { type SQL, sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { slugKey } from '../arabic/slug.ts';
import type { Database } from '../db/database.ts';
import { unpackForNow } from '../db/packing.ts';
import type { CommentMode, PublicationRefs } from '../db/tables.ts';
import { joinDocument } from '../publishing/document.ts';
import { isId } from '../uuid.ts';
import { keepByNumber } from './kept-by-number.ts';
import { type PublicationRow, publicationColumns } from './publication-row.ts';
import { isSameSlug } from './resolve.ts';

/** What an answer about a publication is made of: bytes that are sent as they are, and what changes without publishing. */
export type Publication = {
  n: number;
  articleId: string;
  slug: string;
  locale: string;
  categoryId: string | null;
  commentMode: CommentMode | null;
  commentCount: number;
  /** In lists the same object for the same text, so that what was made of it can be kept; nobody may change it. */
  refs: PublicationRefs;
  publishedAt: Date;
  updatedAt: Date;
  /** The beginning of the document, which lists show. */
  card: Buffer;
  /** What the document has beside the card, as it is stored (src/db/packing.ts); null where only the card was asked for. */
  packedRest: Buffer | null;
  hash: string;
};

/** With more than a page, the query is compiled for itself. */
const mostPrepared = 100;
/** Cards are kept for the lists that show the same newest stories, about 3 KB each. */
const cardsKept = 1000;

export type Publications = ReturnType<typeof createPublications>;
type PublicationsDb = Pick<Database, 'tables' | 'prepare' | 'prepareOne' | 'read' | 'onChange'>;

/**
 * Prepared reads of publications: the whole of what the public API reads of articles. A card that was read is kept until
 * a change of its article is announced.
 */
export function createPublications({ tables, prepare, prepareOne, read, onChange }: PublicationsDb) {
  const { publications, publicationDocuments, articleSlugs } = tables;
  const shared = sql.raw(publicationColumns);
  const document = sql`${shared}, p.card, d.rest, d.document_hash as hash`;
  const ofDocument = (column: SQL) => sql`(select d.${column} from ${publicationDocuments} d where d.n = p.n)`;
  const asked = { ref: 'text' } as const;
  const withDocument = sql`join ${publicationDocuments} d on d.n = p.n`;
  const byId = prepareOne<PublicationRow>({
    asked,
    columns: document,
    joined: sql`join ${publications} p on p.article_id = asked.ref ${withDocument}`,
  });
  const bySlug = prepareOne<PublicationRow>({
    asked,
    columns: document,
    joined: sql`join ${articleSlugs} s on s.slug_key = asked.ref join ${publications} p on p.article_id = s.article_id ${withDocument}`,
  });

  /** Reads as many publications as are asked for; lists ask for few different numbers of them. */
  function reading(columns: SQL): (numbers: readonly number[]) => Promise<Publication[]> {
    const prepared: ReturnType<typeof prepare<PublicationRow>>[] = [];
    const query = (list: unknown[]) => sql`select ${columns} from ${publications} p where p.n in ${list}`;
    const rowsOf = async (numbers: readonly number[]): Promise<PublicationRow[]> => {
      const count = numbers.length;
      if (count === 0) return [];
      if (count > mostPrepared) return read.rows<PublicationRow>(query([...numbers]));
      prepared[count] ??= prepare<PublicationRow>(query(numbers.map((_, index) => sql.placeholder(`n${index}`))));
      return prepared[count](Object.fromEntries(numbers.map((n, index) => [`n${index}`, n])));
    };
    return async (numbers) => (await rowsOf(numbers)).map((row) => toPublication(row));
  }

  const readCards = reading(sql`${shared}, p.card, p.card_hash as hash`);
  const readDocuments = reading(
    sql`${shared}, p.card, ${ofDocument(sql`rest`)} as rest, ${ofDocument(sql`document_hash`)} as hash`,
  );

  const kept = keepByNumber<Publication>({ onChange }, cardsKept);

  return {
    stop: kept.stop,

    /** The publication that an id, or a slug it has now, stands for, with its document. */
    async find(reference: string): Promise<Publication | null> {
      const asId = isId(reference);
      const key = asId ? reference.toLowerCase() : slugKey(reference);
      const row = key === '' ? undefined : await (asId ? byId : bySlug)({ ref: key });
      if (!row || (!asId && !isSameSlug(row.slug, reference, key))) return null;
      return toPublication(row, JSON.parse(row.refs) as PublicationRefs);
    },

    /** Cards of publications, in the order of their numbers as given. Nobody may change them. */
    cards: async (numbers: readonly number[]) => inOrder(numbers, await kept.all(numbers, readCards)),

    /** Whole documents, in the order of their numbers as given. */
    documents: async (numbers: readonly number[]) => inOrder(numbers, await readDocuments(numbers)),
  };
}

/** What was taken back since its number was found is left out. */
function inOrder(numbers: readonly number[], found: readonly Publication[]): Publication[] {
  const byNumber = new Map(found.map((publication) => [publication.n, publication]));
  return numbers.flatMap((n) => byNumber.get(n) ?? []);
}

/** All of what is stored, as one JSON object. */
export function documentOf({ card, packedRest }: Pick<Publication, 'card' | 'packedRest'>): Buffer {
  return packedRest === null ? card : joinDocument(card, unpackForNow(packedRest));
}

/** A publication of what was read of it. */
export function toPublication(row: PublicationRow, refs = readRefs(row.refs)): Publication {
  return {
    n: Number(row.n),
    articleId: row.article_id,
    slug: row.slug,
    locale: row.locale,
    categoryId: row.category_id,
    commentMode: row.comment_mode,
    commentCount: row.comment_count,
    refs,
    publishedAt: new Date(Number(row.published_at)),
    updatedAt: new Date(Number(row.updated_at)),
    card: row.card,
    packedRest: row.rest ?? null,
    hash: row.hash,
  };
}

/** The stories of a front page are read for every list that shows them. */
const refsKept = new LRUCache<string, PublicationRefs>({ max: 2000 });

function readRefs(text: string): PublicationRefs {
  const known = refsKept.get(text);
  if (known) return known;
  const refs = JSON.parse(text) as PublicationRefs;
  refsKept.set(text, refs);
  return refs;
}
