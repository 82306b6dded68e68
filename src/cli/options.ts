import { InvalidArgumentError } from 'commander';
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
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const instant = new Date(isIso && isDay(text.slice(0, 10)) ? text : Number.NaN);
  if (Number.isNaN(instant.getTime())) throw new InvalidArgumentError(say(messages.expectedDate));
  return instant;
}

/** Whether there is such a day: Date takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The block of examples below a command's help. */
export function examples(...lines: string[]): string {
  return `\n${say(help.examples)}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
