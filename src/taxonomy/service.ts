import { collationKey } from '../arabic/collation.ts';
import { slugKey } from '../arabic/slug.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database, Tx } from '../db/database.ts';
import type { TermKind } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { decodeCursor, listDigest, textAndId, toPage } from '../http/cursor.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { dropUnusedFacet } from '../publishing/facets.ts';
import { chooseSlug } from '../slugs.ts';
import { isId, uuid } from '../uuid.ts';
import { assertChanged, translateConstraints } from '../versioned.ts';
import type { Work } from '../work.ts';
import { findFormer, forgetSlugs, rememberSlug } from './former-slugs.ts';
import { createTermRepository, type TermTable } from './repository.ts';

type TermInput = { name?: string | undefined; slug?: string | undefined };

export type TermDefinition<Table extends TermTable, Create extends TermInput, Patch extends TermInput> = {
  kind: TermKind;
  table: Table;
  /** The columns beside name and slug that an input sets; what it leaves out stays as it is. */
  columns(input: Create | Patch): Partial<Table['$inferInsert']>;
  /** Errors of this kind's own constraints, by constraint name. */
  constraints?: Record<string, () => AppError>;
  /** Checks that need the database, inside the transaction, before a row is written. */
  check?(tx: Tx, id: string, input: Create | Patch): Promise<void>;
};

export type TermDeps = { db: Database; clock: () => Date; audit: Audit };

/** The tags that name all terms of a kind, for what is made from their names. */
export const kindTags = { category: 'categories', tag: 'tags', author: 'authors' } as const;

/** One of a kind, as documentation speaks of it. */
export const oneOf = { category: 'a category', tag: 'a tag', author: 'an author' } as const;

/** What editors may do with one kind of term: categories, tags and authors are managed alike. */
export function createTermService<
  Table extends TermTable,
  Create extends TermInput & { name: string },
  Patch extends TermInput,
>({ db, clock, audit }: TermDeps, definition: TermDefinition<Table, Create, Patch>) {
  type Row = Table['$inferSelect'];
  const { kind } = definition;
  const repository = createTermRepository(definition.table);
  const digest = listDigest(kindTags[kind], {});
  const errors = {
    [`${kindTags[kind]}_slug_key`]: () => new AppError('already-exists', { params: { field: 'slug' } }),
    ...definition.constraints,
  };
  const announce = (tx: Tx, id: string) => tx.announce(`${kind}:${id}`, kindTags[kind]);

  return {
    async list(query: { limit: number; cursor?: string | undefined }) {
      const after = decodeCursor(query.cursor, digest, textAndId);
      const rows = await repository.list(db.read, after, query.limit + 1);
      return toPage(rows, query.limit, digest, (row) => [row.sortKey, row.id]);
    },

    /**
     * The term of an id or a slug, whatever the spelling of that, and whether it has moved: the slug is one that it had
     * before. Undefined where there is none.
     */
    async find(reference: string): Promise<{ term: Row; hasMoved: boolean } | undefined> {
      const current = (term: Row | undefined) => term && { term, hasMoved: false };
      if (isId(reference)) return current(await repository.find(db.read, reference.toLowerCase()));
      const key = slugKey(reference);
      if (key === '') return undefined;
      const term = await repository.findBySlugKey(db.read, key);
      if (term) return current(term);
      const id = await findFormer(db.read, db.tables, kind, key);
      const moved = id === undefined ? undefined : await repository.find(db.read, id);
      // It may have taken the slug back meanwhile.
      return moved && { term: moved, hasMoved: moved.slugKey !== key };
    },

    async get(id: string): Promise<Row> {
      const row = await repository.find(db.read, id);
      if (!row) throw new AppError('not-found');
      return row;
    },

    async create(work: Work, input: Create): Promise<Row> {
      return translateConstraints(errors, () =>
        work.write(async (tx) => {
          const id = uuid();
          const at = clock();
          await definition.check?.(tx, id, input);
          const row = await repository.insert(tx, {
            ...definition.columns(input),
            ...named(input.name),
            ...chooseSlug(input.slug ?? input.name, id),
            id,
            createdAt: at,
            updatedAt: at,
          } as Table['$inferInsert']);
          await audit(tx, work, `${kind}.created`, { type: kind, id });
          announce(tx, id);
          return row;
        }),
      );
    },

    async update(work: Work, id: string, expected: ExpectedVersions, input: Patch): Promise<Row> {
      return translateConstraints(errors, () =>
        work.write(async (tx) => {
          await definition.check?.(tx, id, input);
          const at = clock();
          const before = input.slug === undefined ? undefined : await repository.lock(tx, id);
          const row = await repository.update(tx, id, expected, {
            ...definition.columns(input),
            ...(input.name === undefined ? {} : named(input.name)),
            ...(input.slug === undefined ? {} : chooseSlug(input.slug, id)),
            updatedAt: at,
          } as Partial<Table['$inferInsert']>);
          assertChanged(row, row ?? (await repository.find(tx, id)));
          if (before) await rememberSlug(tx, db.tables, { kind, id }, { before, now: row, at });
          await audit(tx, work, `${kind}.updated`, { type: kind, id }, { fields: Object.keys(input) });
          announce(tx, id);
          return row;
        }),
      );
    },

    async remove(work: Work, id: string, expected: ExpectedVersions): Promise<void> {
      const inUse = () =>
        new AppError('in-use', { params: { by: kind === 'category' ? 'articles, categories' : 'articles' } });
      await translateConstraints({ '*foreign-key': inUse }, () =>
        work.write(async (tx) => {
          await dropUnusedFacet(tx, db.tables, kind, id);
          const removed = await repository.remove(tx, id, expected);
          if (!removed) assertChanged(undefined, await repository.find(tx, id));
          await forgetSlugs(tx, db.tables, id);
          await audit(tx, work, `${kind}.deleted`, { type: kind, id });
          announce(tx, id);
        }),
      );
    },
  };
}

function named(name: string) {
  return { name, sortKey: collationKey(name) };
}
