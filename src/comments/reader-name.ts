import { cleanName, nameKey } from '../arabic/clean.ts';
import { type AppError, fieldError, type LocalText } from '../errors.ts';
import { nameProblems } from '../http/names.ts';
import { tooLong } from '../http/validation.ts';
import type { SiteSettings } from '../settings/schemas.ts';

const maxCharacters = 100;

/** A reader's display name as it is kept, and what it is compared by. Throws AppError `unprocessable` (422). */
export function readName(text: string): { name: string; key: string } {
  const { name, problem } = cleanName(text);
  if (problem) throw refusedName(problem.replace('-', '_'), nameProblems[problem]);
  if ([...name].length > maxCharacters) throw refusedName('too_big', tooLong(maxCharacters));
  return { name, key: nameKey(name) };
}

type NamedSite = Pick<SiteSettings, 'name' | 'reservedNames'>;

/** Settings are a new object after every change, so their names are folded once for each. */
const reservedKeys = new WeakMap<NamedSite, Set<string>>();

/** Whether a name with this key could pass for the site’s own, or for one that its settings keep from readers. */
export function isReserved(site: NamedSite, key: string): boolean {
  let keys = reservedKeys.get(site);
  if (!keys) {
    keys = new Set([site.name, ...site.reservedNames].map((name) => nameKey(name)));
    reservedKeys.set(site, keys);
  }
  return keys.has(key);
}

/** The 422 for a name that, seen quickly, is that of somebody who works here, or one that the newsroom keeps. */
export function reservedName(): AppError {
  return refusedName('reserved_name', {
    en: 'This is the name of one of our staff or a reserved one, or too much like it. Choose another.',
    ar: 'هذا الاسم محجوز أو لأحد العاملين لدينا، أو يكاد يطابق اسمًا منها. اختر اسمًا آخر.',
  });
}

function refusedName(code: string, message: LocalText): AppError {
  return fieldError('/author/name', code, message);
}
