import type { LocalText } from '../errors.ts';
import { say } from './language.ts';

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, partial: 3 } as const;

/** An error that is told as it is: a sentence for whoever typed the command. */
export class CliError extends Error {
  readonly exitCode: number;
  constructor(message: LocalText, exitCode: number = exitCodes.failed, cause?: unknown) {
    super(say(message), { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Prints a command's result: one JSON document with `--json`, lines for people otherwise. */
export function printResult(result: object, { json, lines }: { json: boolean; lines: string[] }): void {
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
}

/**
 * Tells people something beside the result, which stdout is kept for. It may name what stands in a file of somebody else's,
 * and a terminal would do what controls in that say.
 */
export function note(...lines: string[]): void {
  process.stderr.write(lines.map((line) => `${line.replace(controls, '\ufffd')}\n`).join(''));
}

const controls = /(?![\t\n])\p{Cc}/gu;
