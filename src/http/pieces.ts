import { z } from 'zod';
import { slugify } from '../arabic/slug.ts';
import { refusal } from './validation.ts';

/** Pieces of schemas that many routes share. Requests use strict objects: an unknown field or parameter is an error. */

/** Letters of an id are small where it is written, and either where it is read (RFC 9562, 4). */
export const id = z.uuid().toLowerCase().meta({ description: 'UUID (version 7 when made here)' });

/** RFC 3339 in UTC with milliseconds on the wire, a Date in code. The only codec in response schemas. */
export const instant = z
  .codec(z.iso.datetime({ offset: true }), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString() as never,
  })
  .meta({ format: 'date-time', description: 'RFC 3339 instant' });

export const dir = z.enum(['rtl', 'ltr']);

export const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/)
  .meta({ description: 'BCP 47 language tag', examples: ['ar', 'ar-SY', 'en'] });

/** A language tag that exists, in its canonical form. */
export const languageTag = locale
  .pipe(
    z
      .string()
      .refine(isLanguageTag, refusal('invalid_locale', 'There is no such language tag.', 'رمز اللغة غير معروف.')),
  )
  .transform((tag) => Intl.getCanonicalLocales(tag)[0] ?? tag);

/**
 * A name of the public DNS as URLs have it: Arabic names are in Punycode there, so that a top-level domain is of letters
 * alone or begins with xn-- (RFC 5890, 2.3.2).
 */
const domain = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{0,58}[a-z\d])$/;

export const httpUrl = z
  .url({ protocol: /^https?$/, hostname: domain })
  .max(2000)
  // Arabic letters in it stay as they are, which a URI could not have (RFC 3987).
  .meta({ format: 'iri', description: 'http or https URL' });

/** A host by name (RFC 1123, with the underscores that some have) or address; a URL may have quotes and other marks in one. */
const hostname = /^(?:[\w.-]+|\[[\da-f:.]+\])$/i;

/** Where the site is. Any host will do, `localhost` too: it is tried out before it has a name. */
export const siteAddress = z
  .url({ protocol: /^https?$/, hostname })
  .max(300)
  .refine(isBareOrigin, refusal('not_an_origin', 'Expected an address without a path.', 'يجب أن يكون عنوانًا بلا مسار.'))
  .transform((url) => new URL(url).origin)
  .meta({ type: 'string', format: 'uri', maxLength: 300 });

export const noZone = refusal(
  'unknown_time_zone',
  'Expected the name of an IANA time zone such as Asia/Damascus; an offset such as +03:00 is none.',
  'يجب أن تكون القيمة اسم منطقة زمنية مثل Asia/Damascus، لا فرق توقيت مثل ‎+03:00‎.',
);

/** Text on one line: white space is trimmed and collapsed. Invisible characters are already gone (clean-input.ts). */
export function line(max: number, min = 1) {
  return z
    .string()
    .transform((text) => text.replace(/\s+/gu, ' ').trim())
    .pipe(z.string().min(min).max(max))
    .meta({ type: 'string', minLength: min, maxLength: max });
}

/** Text that may have line breaks, which are \n by now (clean-input.ts), trimmed at its ends. */
export function paragraph(max: number, min = 1) {
  return z
    .string()
    .transform((text) => text.trim())
    .pipe(z.string().min(min).max(max))
    .meta({ type: 'string', minLength: min, maxLength: max });
}

/** A slug somebody chose; it is stored as `slugify` writes it. */
export const slugInput = z
  .string()
  .max(300)
  .refine(
    (text) => slugify(text) !== '',
    refusal('empty_slug', 'Nothing of this can stand in an address.', 'ليس في هذا النص ما يصلح لعنوان على الويب.'),
  )
  .meta({ type: 'string', examples: ['سوريا-توقع-إعلان-تعاون'] });

/** A whole number in a query string. Out of range is an error, never silently changed. */
export function queryNumber(options: { min: number; max: number; default: number; description?: string }) {
  const { min, max } = options;
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .default(options.default)
    .meta({
      type: 'integer',
      minimum: min,
      maximum: max,
      default: options.default,
      ...(options.description === undefined ? {} : { description: options.description }),
    });
}

export const limit = queryNumber({ min: 1, max: 100, default: 20, description: 'How many to answer at most' });

export const cursor = z
  .string()
  .min(1)
  .max(2000)
  .optional()
  .meta({ description: 'Where the page begins: `page.next` of the page before it' });

export const page = z
  .object({
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last' }),
    limit: z.number().int(),
  })
  .meta({ id: 'Page' });

export const pageQuery = z.strictObject({ limit, cursor });

/** The answer of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), page });
}

export const noQuery = z.strictObject({});

/** For what programs that are no clients of the API ask for: they add parameters that mean nothing here. */
export const anyQuery = z.object({});

/** The answer of a deletion. */
export const noContent = z.undefined().meta({ description: 'Done; there is nothing to answer' });

export const warning = z
  .object({ pointer: z.string(), code: z.string(), count: z.number().int() })
  .meta({ id: 'Warning', description: 'Characters that were removed from a text on entry' });

/** The answer of a write: the resource, and what was removed from the texts that were sent. */
export function written<Shape extends z.core.$ZodLooseShape>(resource: z.ZodObject<Shape>) {
  return resource.extend({ warnings: z.array(warning).optional() });
}

export const versionedFields = {
  version: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
};

export const problem = z
  .object({
    type: z.string().meta({ description: 'URI of the kind of problem' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable; test this, not the title' }),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'headers']),
          pointer: z.string().meta({ description: 'JSON pointer (RFC 6901) into that part of the request' }),
          code: z.string(),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isBareOrigin(url: string): boolean {
  // Checks go on after one has failed: that this is no URL at all is said already.
  if (!URL.canParse(url)) return true;
  const { pathname, search, hash, username, password } = new URL(url);
  return pathname === '/' && `${search}${hash}${username}${password}` === '' && !/[?#]/.test(url);
}
