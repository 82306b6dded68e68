import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCommands } from './cli/commands.ts';
import { examples } from './cli/options.ts';
import { exitCodes, note } from './cli/output.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('khabar')
  .description(
    'Khabar (خبر) is a headless CMS for newsrooms that publish in Arabic first.\n' +
      'From a clone, run every command as: npm run --silent khabar -- <command>',
  )
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'explain a command')
  .helpCommand('help [command]', 'explain a command')
  .showHelpAfterError('Add --help to the command to see what it takes.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .addHelpText(
    'after',
    `${examples(
      'khabar serve                                   start the server',
      'khabar user create --email you@example.org --name You --role admin',
      'khabar import page.txt --publish               publish the text of a news page',
      'khabar export --out site.ndjson                take everything along',
    )}\n\nSettings come from the environment and a file .env; khabar serve --help lists them.` +
      '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 an import skipped bad lines.',
  );

addCommands(program);

// `khabar export | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  const { exitCodeOf, explain } = await import('./cli/explain.ts');
  note(`khabar: ${explain(error)}`);
  process.exitCode = exitCodeOf(error);
}
