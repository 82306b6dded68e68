import { z } from 'zod';
import { AppError } from '../errors.ts';
import { cleanInput } from '../http/clean-input.ts';
import { fieldErrors } from '../http/validation.ts';
import { type Line, LineError } from './lines.ts';
import { type LineDefaults, type PreparedLine, prepareLine } from './prepare-line.ts';
import {
  type ArticleRecord,
  articleLine,
  articleRecord,
  authorRecord,
  categoryRecord,
  header,
  type SettingsRecord,
  settingsRecord,
  type TermRecord,
  tagRecord,
} from './records.ts';
import { checkRecord } from './restore-rows.ts';

/** One thing to import. */
export type Item = { line: number; size: number } & (
  | { kind: 'settings'; settings: SettingsRecord }
  | { kind: 'term'; term: TermRecord }
  | { kind: 'record'; record: ArticleRecord }
  | { kind: 'article'; article: PreparedLine }
);

/** What a line says, checked and converted; null for the header. Throws AppError, or Error with a reason. */
export async function readItem(line: Line, context: LineDefaults): Promise<Item | null> {
  if ('problem' in line) throw new LineError(line.problem);
  const { body } = cleanInput(parseJson(line.text));
  const about = { line: line.number, size: line.text.length };
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : 'article';
  switch (type) {
    case 'khabar':
      parse(header, body);
      return null;
    case 'settings':
      return { ...about, kind: 'settings', settings: parse(settingsRecord, body) };
    case 'category':
      return { ...about, kind: 'term', term: parse(categoryRecord, body) };
    case 'tag':
      return { ...about, kind: 'term', term: parse(tagRecord, body) };
    case 'author':
      return { ...about, kind: 'term', term: parse(authorRecord, body) };
    case 'article':
      if (typeof body === 'object' && body !== null && 'id' in body)
        return { ...about, kind: 'record', record: checkRecord(parse(articleRecord, body)) };
      return {
        ...about,
        kind: 'article',
        article: await prepareLine(parse(articleLine, body), context),
      };
    default:
      throw new LineError({
        en: `there are no lines of the type ${JSON.stringify(type)}`,
        ar: `لا توجد أسطر من النوع ${JSON.stringify(type)}.`,
      });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineError({
      en: `the line is not valid JSON: ${(error as Error).message}`,
      ar: 'السطر ليس JSON صالحًا.',
    });
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = z.safeParse(schema, value, { reportInput: true });
  if (result.success) return result.data;
  throw new AppError('invalid-request', { errors: fieldErrors(result.error.issues, 'body') });
}
