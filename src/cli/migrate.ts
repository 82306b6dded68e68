import { migrateDatabase } from '../db/migrate.ts';
import { readSettings } from './newsroom.ts';
import { printResult } from './output.ts';

export async function migrate({ json = false }: { json?: boolean }): Promise<void> {
  const report = await migrateDatabase(readSettings().DATABASE_URL);
  const done = report.wasEmpty ? 'Created the database.' : `Applied ${report.applied} migrations.`;
  printResult(report, { json, lines: [report.applied === 0 ? 'The schema is current.' : done] });
}
