import { z } from 'zod';
import { slugify } from '../arabic/slug.ts';
import { httpUrl, line, locale, paragraph } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';

/** What a URL pattern may be made of; `{id}` or `{slug}` must be in it, or two articles would have one address. */
const placeholders = ['category', 'id', 'slug', 'year', 'month', 'day'];

const urlPattern = z
  .string()
  .max(300)
  .refine(
    isUrlPattern,
    refusal(
      'invalid_pattern',
      'Expected a path such as /{category}/{id}/{slug}, with {id} or {slug} in it; {year}, {month} and {day} may be used too.',
      'يجب أن يكون مسارًا مثل ‎/{category}/{id}/{slug}‎ وفيه {id} أو {slug}، ويمكن استعمال {year} و{month} و{day} أيضًا.',
    ),
  )
  .meta({
    type: 'string',
    description: 'Path of an article’s page on the site',
    examples: ['/{category}/{id}/{slug}'],
  });

const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, refusal('unknown_time_zone', 'There is no such time zone.', 'لا توجد منطقة زمنية بهذا الاسم.'))
  .meta({ type: 'string', description: 'IANA time zone', examples: ['Asia/Damascus'] });

const baseUrl = httpUrl
  .refine(
    (url) => new URL(url).pathname === '/' && !/[?#]/.test(url),
    refusal('not_an_origin', 'Expected an address without a path.', 'يجب أن يكون عنوانًا بلا مسار.'),
  )
  .transform((url) => new URL(url).origin);

/** The settings of the site: what pages, feeds and canonical addresses are made from. */
const fields = {
  name: line(200),
  description: paragraph(1000).nullable().meta({ description: 'One sentence about the site, for feeds' }),
  baseUrl: baseUrl.nullable().meta({
    type: ['string', 'null'],
    format: 'uri',
    description: 'Public address of the site; without it addresses are paths',
  }),
  locale: locale.meta({ description: 'Language of the site' }),
  timeZone,
  logoUrl: httpUrl.nullable(),
  socialAccounts: z.array(httpUrl).max(20).meta({ description: 'Addresses of the site’s own pages elsewhere' }),
  urlPattern,
  months: z
    .enum(['international', 'levant', 'maghreb', 'maroc', 'dual'])
    .meta({ description: 'Names of the months: نوفمبر, تشرين الثاني, نونبر, or both' }),
  digits: z.enum(['latn', 'arab']).meta({ description: 'Digits of dates for display: 123 or ١٢٣' }),
  display: z
    .boolean()
    .meta({ description: 'Whether answers hold dates and counts in words without being asked (`display`)' }),
  feedText: z.enum(['full', 'summary']).meta({ description: 'What feeds carry of each article' }),
  reservedNames: z
    .array(line(100))
    .max(200)
    .meta({ description: 'Names that no reader may take, beside those of the staff and of the site' }),
};

export const siteSettings = z.object(fields);
export type SiteSettings = z.infer<typeof siteSettings>;

export const siteSettingsPatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ name: 'صحيفة الشام', baseUrl: 'https://sham.example', months: 'levant' }] });
export type SiteSettingsPatch = z.infer<typeof siteSettingsPatch>;

/** What makes search know a newsroom's own words; effective at query time. */
const searchFields = {
  synonyms: z
    .array(z.array(line(100)).min(2).max(20))
    .max(500)
    .meta({ description: 'Groups of words or names that find one another, beside the built-in ones' }),
  protectedWords: z
    .array(line(60))
    .max(2000)
    .meta({ description: 'Words that are searched for as they are written, not by their stem' }),
};

export const searchSettings = z.object(searchFields);
export type SearchSettings = z.infer<typeof searchSettings>;

export const searchSettingsPatch = z
  .strictObject(searchFields)
  .partial()
  .meta({ examples: [{ synonyms: [['داعش', 'تنظيم الدولة الإسلامية']] }] });
export type SearchSettingsPatch = z.infer<typeof searchSettingsPatch>;

function isUrlPattern(pattern: string): boolean {
  if (!pattern.startsWith('/') || pattern.startsWith('//')) return false;
  const parts = pattern.slice(1).split('/');
  const named = [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const isPlain = (part: string) => {
    const bare = part.replace(/\{\w+\}|[-_.]/g, '');
    return part !== '' && part !== '.' && part !== '..' && (bare === '' || slugify(bare) === bare);
  };
  return (
    parts.every(isPlain) &&
    named.every((name) => placeholders.includes(name)) &&
    named.some((name) => name === 'id' || name === 'slug')
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
