import { Command } from 'commander';
import { translateCommander } from './cli/commander-words.ts';
import { addCommands } from './cli/commands.ts';
import { help } from './cli/help-texts.ts';
import { say } from './cli/language.ts';
import { examples } from './cli/options.ts';
import { exitCodes, note } from './cli/output.ts';
import { version } from './version.ts';

const program = new Command('khabar')
  .description(say(help.khabar.description))
  .version(version, '-V, --version', say(help.khabar.version))
  .helpOption('-h, --help', say(help.khabar.help))
  .showHelpAfterError(say(help.afterError))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .addHelpText(
    'after',
    `${examples(
      `khabar serve                              ${say(help.khabar.serve)}`,
      'khabar user create --email you@example.org --name You --role admin',
      `khabar import page.txt --publish          ${say(help.khabar.publishPage)}`,
      `khabar export --out site.ndjson           ${say(help.khabar.export)}`,
    )}\n\n${say(help.khabar.after)}`,
  );

translateCommander(program);
addCommands(program);

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // `khabar export | head` closes the pipe early; that is no failure.
  if (code !== 'EPIPE') note(`khabar: ${message}`);
  process.exit(code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

try {
  await program.parseAsync();
} catch (error) {
  const { exitCodeOf, explain } = await import('./cli/explain.ts');
  note(`khabar: ${explain(error)}`);
  process.exitCode = exitCodeOf(error);
}
