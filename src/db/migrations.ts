import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NewerSchemaError } from './errors.ts';

export type MigrationReport = { applied: number; wasEmpty: boolean };

/** The migrations that are still to come. Throws NewerSchemaError when others were applied. */
export function pendingMigrations(engine: 'sqlite' | 'postgres', applied: number[]): number[] {
  const known = knownMigrations(engine);
  if (applied.some((at) => !known.includes(at))) throw new NewerSchemaError();
  return known.filter((at) => !applied.includes(at));
}

/** Drizzle passes over a migration that is older than the last one applied, as happens when branches are merged. */
export function assertComplete(engine: 'sqlite' | 'postgres', applied: number[]): void {
  const left = knownMigrations(engine).filter((at) => !applied.includes(at));
  if (left.length > 0)
    throw new Error(`${left.length} migrations are older than the last one applied and were not applied`);
}

/** When each migration of this program was made: drizzle identifies them by that. */
export function knownMigrations(engine: 'sqlite' | 'postgres'): number[] {
  const text = readFileSync(`${migrationsFolder(engine)}/meta/_journal.json`, 'utf8');
  return (JSON.parse(text) as { entries: { when: number }[] }).entries.map((entry) => entry.when);
}

export function migrationsFolder(engine: 'sqlite' | 'postgres'): string {
  return fileURLToPath(new URL(`../../migrations/${engine}`, import.meta.url));
}
