import { cleanText } from '../arabic/clean.ts';
import { AppError, type FieldError } from '../errors.ts';
import { toPointer } from './validation.ts';

export type Warning = { pointer: string; code: string; count: number };

const maxDepth = 64;

/**
 * Cleans every text of a request body, whatever its shape, before it is validated, so that no schema can forget it.
 * Answers the cleaned body and what was removed where. NUL and lone surrogates are refused (they are never typed, and
 * no database keeps them), and so is JSON nested deeper than 64 levels. Passwords are left as they are.
 */
export function cleanInput(body: unknown): { body: unknown; warnings: Warning[] } {
  const warnings: Warning[] = [];
  return { body: visit(body, []), warnings };

  function visit(value: unknown, path: (string | number)[]): unknown {
    if (typeof value === 'string') return cleanString(value, path);
    if (typeof value !== 'object' || value === null) return value;
    if (path.length >= maxDepth)
      refuse(path, 'too_deep', 'The body is nested too deeply.', 'تداخل عناصر المتن أعمق من المسموح به.');
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        refuseUnstorable(key, [...path, key]);
        if (poisons(key, child))
          refuse([...path, key], 'reserved_key', 'A field may not have this name.', 'لا يجوز أن يحمل حقل هذا الاسم.');
        return [key, visit(child, [...path, key])];
      }),
    );
  }

  function cleanString(text: string, path: (string | number)[]): string {
    refuseUnstorable(text, path);
    if (isPassword(path.at(-1))) return text;
    const cleaned = cleanText(text, { multiline: true });
    for (const { code, count } of cleaned.removed) warnings.push({ pointer: toPointer(path), code, count });
    return cleaned.text;
  }
}

/** Whether a field would change what objects are where somebody merges them carelessly. */
function poisons(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

/** Whether a field holds a password, which nothing may change, keep or show. */
export function isPassword(field: unknown): boolean {
  return field === 'password' || field === 'currentPassword';
}

/**
 * Refuses the body of a request that takes none: who sends one wants something that would not be done. An empty object
 * wants nothing.
 */
export function refuseBody(body: unknown): void {
  if (typeof body === 'object' && !Array.isArray(body) && Object.keys(body ?? {}).length === 0) return;
  refuse([], 'unexpected_body', 'This request takes no body.', 'لا يُرسَل مع هذا الطلب أي متن.');
}

/** Refuses NUL and lone surrogates in a query string or a path. */
export function refuseUnstorableText(values: Record<string, unknown>, place: FieldError['in']): void {
  for (const [name, value] of Object.entries(values))
    for (const text of Array.isArray(value) ? value : [value])
      if (typeof text === 'string') refuseUnstorable(text, [name], place);
}

function refuseUnstorable(text: string, path: (string | number)[], place: FieldError['in'] = 'body'): void {
  if (!text.includes('\0') && text.isWellFormed()) return;
  refuse(path, 'invalid_text', 'It has characters that are not text.', 'فيه محارف لا تصلح في نص.', place);
}

function refuse(
  path: (string | number)[],
  code: string,
  en: string,
  ar: string,
  place: FieldError['in'] = 'body',
): never {
  throw new AppError('invalid-request', {
    errors: [{ in: place, pointer: toPointer(path), code, message: { en, ar } }],
  });
}
