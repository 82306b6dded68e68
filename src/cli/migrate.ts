import { say } from './language.ts';
import { messages } from './messages.ts';
import { migrateNewsroom, readSettings } from './newsroom.ts';
import { printResult } from './output.ts';

export async function migrate({ json = false }: { json?: boolean }): Promise<void> {
  const report = await migrateNewsroom(readSettings());
  const done = report.wasEmpty ? messages.createdDatabase : messages.appliedMigrations(report.applied);
  printResult(report, { json, lines: [say(report.applied === 0 ? messages.schemaIsCurrent : done)] });
}
