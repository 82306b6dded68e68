import { slugify } from '../arabic/slug.ts';
import { AppError, fieldError } from '../errors.ts';
import { type BodyInput, type ReadBody, readBody } from '../portable-text/body-input.ts';
import { bodyJson } from '../portable-text/body-json.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { uuid } from '../uuid.ts';
import { maxAnchorLetters, maxStoredBytes, type SectionInput } from './schemas.ts';

/** What a section says, ready to be stored. */
export type SectionContent = { heading: string | null; anchor: string; body: PortableText };
export type PreparedSection = SectionContent & { id: string };

/**
 * Converts the sections of an article, in order. It is slow work, so it is done before a transaction begins. Throws
 * AppError `invalid-request` or `unprocessable` with pointers under `/sections`.
 */
export async function prepareSections(
  inputs: readonly (SectionInput & { id?: string })[],
  read: ReadBody = readBody,
): Promise<PreparedSection[]> {
  const anchors = new Set<string>();
  inputs.forEach(({ anchor }, index) => {
    if (anchor === undefined) return;
    const chosen = slugify(anchor, maxAnchorLetters);
    if (anchors.has(chosen)) throw takenAnchor(`/sections/${index}/anchor`);
    anchors.add(chosen);
  });
  const sections: PreparedSection[] = [];
  let bytes = 0;
  for (const [index, input] of inputs.entries()) {
    const heading = input.heading ?? null;
    const anchor =
      input.anchor === undefined ? deriveAnchor(heading, anchors) : slugify(input.anchor, maxAnchorLetters);
    anchors.add(anchor);
    const pointer = `/sections/${index}/body`;
    const body = await prepareBody(input.body, pointer, read);
    bytes += storedBytes(body);
    if (bytes > maxStoredBytes) throw tooMuchText(pointer);
    sections.push({ id: input.id ?? uuid(), heading, anchor, body });
  }
  return sections;
}

/** The body to store; an empty one where none is sent. */
export async function prepareBody(
  input: BodyInput | undefined,
  pointer: string,
  read: ReadBody,
): Promise<PortableText> {
  return input === undefined ? [] : read(input, pointer);
}

/** An anchor that is none of `taken`: from the heading, or `s1`, `s2`… for a section without one. */
export function deriveAnchor(heading: string | null, taken: ReadonlySet<string>): string {
  const base = heading === null ? '' : slugify(heading, maxAnchorLetters);
  if (base !== '' && !taken.has(base)) return base;
  const prefix = base === '' ? 's' : `${slugify(base, maxAnchorLetters - 4)}-`;
  let number = base === '' ? 1 : 2;
  while (taken.has(`${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}

/** How much of `maxStoredBytes` a body takes. */
export function storedBytes(body: PortableText): number {
  return Buffer.byteLength(bodyJson(body));
}

export function tooMuchText(pointer: string): AppError {
  return fieldError(pointer, 'too_much_text', {
    en: `The sections of an article have at most ${maxStoredBytes} bytes together.`,
    ar: `الحد الأقصى لأقسام المقال مجتمعة ${maxStoredBytes} بايت.`,
  });
}

/** An anchor that another section of the article has. */
export function takenAnchor(pointer: string): AppError {
  return new AppError('already-exists', {
    params: { field: 'anchor' },
    errors: [
      {
        in: 'body',
        pointer,
        code: 'already_exists',
        message: { en: 'Another section has this anchor.', ar: 'يحمل قسم آخر المرساة نفسها.' },
      },
    ],
  });
}
