import type { SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AddMany } from './add-many.ts';
import type { InsertMany } from './insert-many.ts';
import type { Tables } from './tables.ts';

type Drizzle = NodePgDatabase<Record<string, never>>;

/** Reads: Drizzle's query builder, and raw SQL for what it cannot say. Promise-only on both engines. */
export type Reader = Pick<Drizzle, 'select' | 'selectDistinct' | '$count' | '$with' | 'with'> & {
  /**
   * Rows of a raw query, as the driver gives them: column types differ between engines, so parse what you use. With
   * `values` for its `sql.placeholder(name)` marks it is compiled once: keep the query, and ask it again.
   */
  rows<Row>(query: SQL, values?: Values): Promise<Row[]>;
  /** The row, or undefined, for each of many sets of values in their order; rows come as with `rows`. */
  lookUp<Row>(lookup: Lookup, values: readonly Values[]): Promise<(Row | undefined)[]>;
};

/**
 * A raw query of one row at most: `columns` of what `joined` finds by the columns of a source named `asked`, which are the
 * values of the same names. One that is kept is compiled once.
 */
export type Lookup = { asked: Record<string, 'text' | 'integer'>; columns: SQL; joined: SQL };

/** What fills the `sql.placeholder(name)` marks of a raw query. */
export type Values = Record<string, unknown>;

/** What is done for many units of work at once; always the same function, by which they find one another. */
export type SharedWork<Item> = (tx: Tx, items: readonly Item[]) => Promise<void>;

/** One unit of work. Everything done through it is committed together or not at all. */
export type Tx = Reader &
  Pick<Drizzle, 'insert' | 'update' | 'delete'> & {
    /** Inserts many rows at the price of the database alone. */
    insertMany: InsertMany;
    /** Adds to a number of many rows at once. */
    addMany: AddMany;
    /** Runs raw SQL that answers no rows; with `values` as `rows` does. */
    run(query: SQL, values?: Values): Promise<void>;
    /**
     * Has `work` done before the commit, once for the items of all units that are committed together. For what costs
     * much less done at once, and fails only where the database does: then all of those units fail.
     */
    share<Item>(work: SharedWork<Item>, item: Item): void;
    /** Names what readers of the public API will see changed, e.g. `article:<id>`; heard after the commit only. */
    announce(...tags: string[]): void;
  };

export type ChangeListener = (tags: ReadonlySet<string>) => void | Promise<void>;

export type Database = {
  readonly engine: 'sqlite' | 'postgres';
  /** Where the database is a file: which one. */
  readonly file: string | null;
  readonly tables: Tables;
  readonly read: Reader;
  /**
   * Compiles a raw read once; each call fills its `sql.placeholder(name)` marks. For hot reads only: rows come as the
   * driver gives them (instants as Date or milliseconds, JSON parsed or as text).
   */
  prepare<Row>(query: SQL): (values?: Record<string, unknown>) => Promise<Row[]>;
  /**
   * Compiles a hot read of one row. Whoever asks in the same moment may be answered by one query, so what the database
   * refuses to be asked fails all of them.
   */
  prepareOne<Row>(lookup: Lookup): (values: Values) => Promise<Row | undefined>;
  /**
   * Runs `work` in a transaction and answers after the commit that holds it. Rejects with the error `work` threw, after
   * rolling only it back. May run `work` again where the engine asks for it, so `work` must have no other effects.
   * What was made by `jointly` may be done at once for all who wait. Refuses to be nested. Throws DatabaseBusyError when another
   * process holds the database too long.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` over one unchanging view of the database, for exports. */
  snapshot<T>(work: (read: Reader) => Promise<T>): Promise<T>;
  /**
   * Calls `listener` with the tags announced by committed writes: those of this process before `write` answers, those
   * of other processes on the same database within a second. Answers a function that stops it.
   */
  onChange(listener: ChangeListener): () => void;
  /** Proves that the database answers; rejects otherwise. */
  ping(): Promise<void>;
  /** Waits for running writes, then closes every connection. */
  close(): Promise<void>;
};
