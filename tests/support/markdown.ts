import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { settingsSchema } from '../../src/config.ts';

const root = new URL('../..', import.meta.url);

export function readPage(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, root)), 'utf8');
}

/** The code blocks of a page in order, those in one language if it is named. */
export function codeBlocks(page: string, language = '\\w*'): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1] ?? '');
}

/** A page without its code blocks, where `#` begins a comment and not a heading. */
export function prose(page: string): string {
  return page.replace(/^```.*?^```$/gms, '');
}

export type SettingRow = { name: string; value: string; description: string };

/** The settings as the schema has them, with `—` for those that are unset. */
export function settingRows(): SettingRow[] {
  const defaults = settingsSchema.parse({}) as Record<string, unknown>;
  return Object.entries(settingsSchema.shape).map(([name, setting]) => {
    const value = defaults[name];
    const isUnset = value === undefined || (Array.isArray(value) && value.length === 0);
    return { name, value: isUnset ? '—' : `\`${value}\``, description: setting.description ?? '' };
  });
}

/** Runs blocks of shell one after the other in one bash, as a reader does in one terminal; answers what each printed. */
export async function runBlocks(
  blocks: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<string[]> {
  const end = '-- end of block --';
  const script = blocks.map((block) => `${block}\nprintf '\\n%s\\n' '${end}'\n`).join('');
  const bash = spawn('bash', ['-u', '-c', script], { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(bash.stdout), text(bash.stderr), once(bash, 'close')]);
  const printed = stdout.split(`\n${end}\n`).slice(0, -1);
  if (code !== 0 || printed.length !== blocks.length)
    throw new Error(`bash ended with ${code} in block ${printed.length + 1}:\n${stdout}\n${stderr}`);
  return printed.map((part) => part.trim());
}
