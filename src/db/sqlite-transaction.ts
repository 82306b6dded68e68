import type { SQL } from 'drizzle-orm';
import { addOnePerStatement } from './add-many.ts';
import type { Reader, Tx, Values } from './database.ts';
import { insertManyInto } from './insert-many.ts';
import type { SharedWorks } from './shared-work.ts';
import { type Connection, filled, lookUpIn, readerOf } from './sqlite-connection.ts';
import { refuseOver } from './unit.ts';

const builders = ['select', 'selectDistinct', '$count', '$with', 'with', 'insert', 'update', 'delete'] as const;

/** What a unit writes through; it refuses everything once `end` was called, which says whether anything was written. */
export function transactionOn(
  connection: Connection,
  announced: string[],
  shared: SharedWorks,
): { tx: Tx; end: () => boolean } {
  let isOver = false;
  let hasWritten = false;
  const client = {
    prepare(text: string) {
      if (isOver) refuseOver();
      const statement = connection.prepare(text);
      hasWritten ||= !statement.readonly;
      return statement;
    },
  } as Pick<Connection, 'prepare'>;
  const tx: object = Object.assign(new Builders(client), {
    rows: async <Row>(query: SQL, values?: Values) => {
      const { text, params } = filled(query, values);
      return client.prepare(text).all(...params) as Row[];
    },
    lookUp: lookUpIn(client),
    run: async (query: SQL, values?: Values) => {
      const { text, params } = filled(query, values);
      client.prepare(text).run(...params);
    },
    insertMany: insertManyInto(client),
    addMany: addOnePerStatement(client),
    share: shared.add,
    announce: (...tags: string[]) => void announced.push(...tags),
  });
  return {
    tx: tx as Tx,
    end() {
      isOver = true;
      return hasWritten;
    },
  };
}

/** Drizzle's builders, made when the first is used: what takes comments all day needs none of them. */
class Builders {
  readonly #client: Pick<Connection, 'prepare'>;
  #made: Reader | undefined;

  constructor(client: Pick<Connection, 'prepare'>) {
    this.#client = client;
  }

  static {
    for (const name of builders)
      Object.defineProperty(Builders.prototype, name, {
        get(this: Builders) {
          this.#made ??= readerOf(this.#client);
          const builder = this.#made as unknown as Record<string, (...args: unknown[]) => unknown>;
          return (...args: unknown[]) => builder[name]?.(...args);
        },
      });
  }
}
