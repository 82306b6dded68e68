import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { help } from './help-texts.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';

/** An option's value that is one of few. */
export function choice<Value extends string>(values: readonly Value[]) {
  return (text: string): Value => {
    const value = values.find((each) => each === text);
    if (value === undefined) throw new InvalidArgumentError(say(messages.expectedOneOf(values)));
    return value;
  };
}

/** An option that may be given several times, or with several values. */
export function choices<Value extends string>(values: readonly Value[]) {
  const one = choice(values);
  return (text: string, before: Value[] = []): Value[] => [...before, one(text)];
}

export function portOption(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError(say(messages.expectedPort));
  return text;
}

export function countOption(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError(say(messages.expectedCount));
  return text;
}

/** An instant in the future or the past; a date alone is the beginning of that day in UTC. */
export function instantOption(text: string): Date {
  if (!isoDate.safeParse(text).success) throw new InvalidArgumentError(say(messages.expectedDate));
  return new Date(text);
}

const isoDate = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** The block of examples below a command's help. */
export function examples(...lines: string[]): string {
  return `\n${say(help.examples)}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
