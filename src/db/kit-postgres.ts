import {
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { toStored } from './packed.ts';
import { unpack } from './packing.ts';

const counted = (name: string) => integer(name).primaryKey().generatedByDefaultAsIdentity();

/**
 * Column builders for PostgreSQL. Text that is sorted or compared is `COLLATE "C"`, so that both engines order
 * bytes alike; JSON is `json`, not `jsonb`, because exports must give back the key order they were given.
 */
export const postgresKit = {
  table: pgTable,
  text,
  key: customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' }),
  integer,
  /** A primary key that counts up and is never given twice. */
  serial: counted,
  /** A primary key that counts up; one that was given up with its row may be given again. */
  rowNumber: counted,
  flag: boolean,
  instant: (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
  json: <T>(name: string) => json(name).$type<T>(),
  bytes: customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' }),
  /** Bytes that take less room than they have; raw queries get them as `pack` wrote them. */
  packed: customType<{ data: Buffer; driverData: Buffer }>({
    dataType: () => 'bytea',
    toDriver: toStored,
    fromDriver: unpack,
  }),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
};

export type Kit = typeof postgresKit;
