import { ConfigError } from '../config.ts';
import { classifyDatabaseError, NewerSchemaError } from '../db/errors.ts';
import { AppError, errorTable } from '../errors.ts';
import { CliError, exitCodes } from './output.ts';

/** An error as a sentence. Only what nobody foresaw is told with its stack. */
export function explain(error: unknown): string {
  if (error instanceof CliError || error instanceof ConfigError || error instanceof NewerSchemaError)
    return error.message;
  if (error instanceof AppError) return explainAppError(error);
  const fault = classifyDatabaseError(error);
  if (fault) return `The database cannot do this now (${fault.kind}): ${rootMessage(error)}`;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What an AppError says, in one line: its fields' messages where it has any. */
export function explainAppError({ code, params, errors }: AppError): string {
  const { title, detail } = errorTable[code];
  if (errors.length > 0)
    return errors.map(({ pointer, message }) => `${pointer.replace(/^\//, '') || 'it'}: ${message.en}`).join(' ');
  return `${title.en}. ${detail.en.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? name))}`;
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof AppError && error.code === 'invalid-request' ? exitCodes.usage : exitCodes.failed;
}

function rootMessage(error: unknown): string {
  return error instanceof Error
    ? error.cause === undefined
      ? error.message
      : rootMessage(error.cause)
    : String(error);
}
