import type { Command } from 'commander';
import { migrateDatabase } from '../db/migrate.ts';
import { readSettings } from './newsroom.ts';
import { examples } from './options.ts';
import { printResult } from './output.ts';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .summary('bring the database to this version’s schema')
    .description(
      'Creates the database, or brings it to this version’s schema. `serve` does it by itself; use this where only one\n' +
        'of several nodes should. Running it again changes nothing.',
    )
    .option('--json', 'print { "applied", "wasEmpty" } as JSON')
    .addHelpText('after', examples('khabar migrate', 'DATABASE_URL=postgres://user:password@host/news khabar migrate'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const report = await migrateDatabase(readSettings().DATABASE_URL);
      const done = report.wasEmpty ? 'Created the database.' : `Applied ${report.applied} migrations.`;
      printResult(report, { json, lines: [report.applied === 0 ? 'The schema is current.' : done] });
    });
}
