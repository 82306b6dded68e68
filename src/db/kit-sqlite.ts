import {
  blob,
  customType,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { Kit } from './kit-postgres.ts';
import { toStored } from './packed.ts';
import { unpack } from './packing.ts';

/**
 * The same column builders for SQLite. They are cast to the Postgres kit's type once, here: the builders answer to the
 * same methods at run time, and code that only one engine could run then does not compile.
 */
export const sqliteKit = {
  table: sqliteTable,
  text,
  key: text,
  integer,
  serial: (name: string) => integer(name).primaryKey({ autoIncrement: true }),
  rowNumber: (name: string) => integer(name).primaryKey(),
  flag: (name: string) => integer(name, { mode: 'boolean' }),
  instant: (name: string) => integer(name, { mode: 'timestamp_ms' }),
  json: (name: string) => text(name, { mode: 'json' }),
  bytes: (name: string) => blob(name, { mode: 'buffer' }),
  packed: customType<{ data: Buffer; driverData: Buffer }>({
    dataType: () => 'blob',
    toDriver: toStored,
    fromDriver: unpack,
  }),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
} as unknown as Kit;
