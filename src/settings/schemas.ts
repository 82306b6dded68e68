import { z } from 'zod';
import { slugify } from '../arabic/slug.ts';
import { isZone, isZoneName } from '../arabic/zones.ts';
import { httpUrl, instant, languageTag, line, noZone, paragraph, siteAddress } from '../http/pieces.ts';
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
    description: 'Path of an article’s page on the site; it may end with a slash',
    examples: ['/{category}/{id}/{slug}'],
  });

/** The same for the page of a category, tag or author. */
const termPattern = z
  .string()
  .max(300)
  .refine(
    (pattern) =>
      isPath(pattern) && namesIn(pattern).every((name) => ['id', 'slug'].includes(name)) && hasIdentity(pattern),
    refusal(
      'invalid_pattern',
      'Expected a path such as /authors/{slug}, with {id} or {slug} in it.',
      'يجب أن يكون مسارًا مثل ‎/authors/{slug}‎ وفيه {id} أو {slug}.',
    ),
  )
  .meta({ type: 'string', examples: ['/authors/{slug}'] });

const zoneText = z.string().max(100);
const timeZone = zoneText
  .refine(isZoneName, noZone)
  .meta({ type: 'string', description: 'IANA time zone', examples: ['Asia/Damascus'] });

const monthNames = z.enum(['international', 'levant', 'maghreb', 'maroc', 'dual', 'country']).meta({
  description:
    'Names of the months: نوفمبر, تشرين الثاني, the Maghreb’s جانفي, Morocco’s نونبر, both «تشرين الثاني/نوفمبر», or those of the country that `display` or the site’s language names',
});
const digits = z.enum(['latn', 'arab']).meta({ description: 'Digits of dates and counts in words: 123 or ١٢٣' });
const display = z
  .boolean()
  .meta({ description: 'Whether answers hold dates and counts in words without being asked (`display`)' });
const feedText = z.enum(['full', 'summary']).meta({ description: 'What feeds carry of each article' });

/** The settings of the site, as they are sent: what pages, feeds and canonical addresses are made from. */
export const siteInput = {
  name: line(200),
  description: paragraph(1000).nullable(),
  baseUrl: siteAddress.nullable(),
  locale: languageTag,
  timeZone,
  logoUrl: httpUrl.nullable(),
  socialAccounts: z.array(httpUrl).max(20),
  urlPattern,
  categoryUrlPattern: termPattern.nullable(),
  tagUrlPattern: termPattern.nullable(),
  authorUrlPattern: termPattern.nullable(),
  months: monthNames,
  digits,
  display,
  feedText,
  reservedNames: z.array(line(100)).max(200),
};

/** The same as they are stored and exported: offsets were taken for time zones once, and their newsrooms keep their dates. */
export const storedSite = { ...siteInput, timeZone: zoneText.refine(isZone, noZone) };

export const siteSettingsPatch = z
  .strictObject(siteInput)
  .partial()
  .meta({ examples: [{ name: 'صحيفة الشام', baseUrl: 'https://sham.example', months: 'levant' }] });
export type SiteSettingsPatch = z.infer<typeof siteSettingsPatch>;

/** What every group of settings answers beside its own fields. */
const group = {
  version: z.number().int().meta({ description: '0 while nothing was ever changed' }),
  updatedAt: instant.nullable().meta({ description: 'Null while nothing was ever changed' }),
};

const termPage = 'Path of the page on the site, where it has one, of a';

// Written a second time without what requests alone need: a response schema may not transform (trim, canonicalise).
const site = {
  name: z.string(),
  description: z.string().nullable().meta({ description: 'One sentence about the site, for feeds' }),
  baseUrl: z
    .string()
    .nullable()
    .meta({ description: 'Public address of the site; without it addresses of articles are paths' }),
  locale: z.string().meta({ description: 'Language of the site' }),
  timeZone: z.string().meta({ description: 'IANA time zone of dates that name none' }),
  logoUrl: z.string().nullable(),
  socialAccounts: z.array(z.string()).meta({ description: 'Addresses of the site’s own pages elsewhere' }),
  urlPattern: z.string().meta({ description: 'Path of an article’s page on the site' }),
  categoryUrlPattern: z
    .string()
    .nullable()
    .meta({ description: `${termPage} category, for its feeds` }),
  tagUrlPattern: z
    .string()
    .nullable()
    .meta({ description: `${termPage} tag, for its feeds` }),
  authorUrlPattern: z
    .string()
    .nullable()
    .meta({ description: `${termPage} author, for feeds and for search engines (JSON-LD)` }),
  months: monthNames,
  digits,
  display,
  feedText,
  reservedNames: z
    .array(z.string())
    .meta({ description: 'Names that no reader may take, beside those of the staff and of the site' }),
};

export const siteSettings = z.object(site);
export type SiteSettings = z.infer<typeof siteSettings>;

export const siteSettingsResource = z.object({ ...site, ...group }).meta({ id: 'SiteSettings' });

/** What makes search know a newsroom's own words, as it is sent; effective at query time. */
export const searchInput = {
  synonyms: z.array(z.array(line(100)).min(2).max(20)).max(500),
  protectedWords: z.array(line(60)).max(2000),
};

export const searchSettingsPatch = z
  .strictObject(searchInput)
  .partial()
  .meta({ examples: [{ synonyms: [['داعش', 'تنظيم الدولة الإسلامية']] }] });
export type SearchSettingsPatch = z.infer<typeof searchSettingsPatch>;

const search = {
  synonyms: z
    .array(z.array(z.string()))
    .meta({ description: 'Groups of words or names that find one another, beside the built-in ones' }),
  protectedWords: z
    .array(z.string())
    .meta({ description: 'Words that are searched for as they are written, not by their stem' }),
};

export const searchSettings = z.object(search);
export type SearchSettings = z.infer<typeof searchSettings>;

export const searchSettingsResource = z.object({ ...search, ...group }).meta({ id: 'SearchSettings' });

function isUrlPattern(pattern: string): boolean {
  // A part with {category} falls away where an article has none, so it may not hold what tells articles apart.
  const remaining = pattern.split('/').filter((part) => !part.includes('{category}'));
  return (
    isPath(pattern) && namesIn(pattern).every((name) => placeholders.includes(name)) && hasIdentity(remaining.join('/'))
  );
}

function isPath(pattern: string): boolean {
  if (!pattern.startsWith('/') || pattern.startsWith('//')) return false;
  // Many sites end their addresses with a slash.
  const parts = pattern.slice(1).replace(/\/$/, '').split('/');
  return parts.every((part) => {
    const bare = part.replace(/\{\w+\}|[-_.]/g, '');
    return part !== '' && part !== '.' && part !== '..' && (bare === '' || slugify(bare, 300) === bare.toLowerCase());
  });
}

function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** Whether it tells one from another. */
function hasIdentity(pattern: string): boolean {
  return /\{(?:id|slug)\}/.test(pattern);
}
