import { ConfigError } from '../config.ts';
import { classifyDatabaseError, EncodingError, NewerSchemaError } from '../db/errors.ts';
import { AppError, errorTable, type Language, type LocalText } from '../errors.ts';
import { fillDetail } from '../http/problem-text.ts';
import { LineError } from '../imports/lines.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { CliError, exitCodes } from './output.ts';

/** An error as a sentence. Only what nobody foresaw is told with its stack. */
export function explain(error: unknown): string {
  if (error instanceof CliError) return error.message;
  if (error instanceof ConfigError) return say(joined([messages.invalidSettings, ...error.problems], '\n  '));
  if (error instanceof NewerSchemaError) return say(messages.newerSchema);
  if (error instanceof EncodingError) return say(messages.wrongEncoding(error.encoding));
  if (error instanceof AppError) return say(appErrorText(error));
  if (error instanceof LineError) return say(error.text);
  const fault = classifyDatabaseError(error);
  if (fault) return say(messages.databaseFault(fault.kind, rootMessage(error)));
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Why a line or a page was not stored, in both languages. */
export function reasonOf(error: unknown): LocalText {
  if (error instanceof AppError) return appErrorText(error);
  if (error instanceof LineError) return error.text;
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = reason instanceof Error ? reason.message : String(reason);
  return { en: text, ar: text };
}

/** What an AppError says, in one line: its fields' messages where it has any. */
function appErrorText(error: AppError): LocalText {
  const { code, errors } = error;
  if (errors.length > 0)
    return joined(
      errors.map(({ pointer, message }) => {
        const field = pointer.replace(/^\//, '');
        const { en, ar } = field === '' ? messages.wholeInput : { en: field, ar: field };
        return { en: `${en}: ${message.en}`, ar: `${ar}: ${message.ar}` };
      }),
      ' ',
    );
  const { title } = errorTable[code];
  const text = (language: Language) => `${title[language]}. ${fillDetail(error, language)}`;
  return { en: text('en'), ar: text('ar') };
}

export function joined(texts: LocalText[], separator: string): LocalText {
  return { en: texts.map(({ en }) => en).join(separator), ar: texts.map(({ ar }) => ar).join(separator) };
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof AppError && error.code === 'invalid-request' ? exitCodes.usage : exitCodes.failed;
}

/** What lies at the bottom of an error. */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
