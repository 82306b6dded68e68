import { z } from 'zod';
import { isZoneName } from './arabic/zones.ts';
import { isDatabaseUrl } from './db/url.ts';
import type { LocalText } from './errors.ts';
import { isProxy } from './http/client-address.ts';
import { readOrigin } from './http/origins.ts';
import { isLanguageTag, languageTag, noZone, siteAddress } from './http/pieces.ts';
import { messageOf, refusal } from './http/validation.ts';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const proxies = list.refine(
  (items) => items.every(isProxy),
  refusal(
    'invalid_proxy',
    'Expected IP addresses or CIDR ranges such as 10.0.0.0/8, by commas.',
    'يجب أن تكون القيمة عناوين IP أو نطاقات CIDR مثل 10.0.0.0/8 مفصولة بفواصل.',
  ),
);
const origins = list
  .refine(
    (items) => items.every((item) => item === '*' || readOrigin(item) !== null),
    refusal(
      'invalid_origin',
      'Expected origins such as https://sham.example, without a path, by commas; or *.',
      'يجب أن تكون القيمة مواقع مثل \u200ehttps://sham.example\u200e بلا مسار ومفصولة بفواصل، أو \u200e*\u200e.',
    ),
  )
  .transform((items) => items.map((item) => readOrigin(item) ?? item));
const databaseUrl = z
  .string()
  .min(1)
  .refine(
    isDatabaseUrl,
    refusal(
      'invalid_database',
      'Expected a file, or postgres://user:password@host/database with / and # in the password as %2F and %23.',
      'يجب أن تكون القيمة ملفًا، أو عنوانًا مثل \u200epostgres://user:password@host/database\u200e تُكتب فيه \u200e/\u200e و\u200e#\u200e في كلمة المرور هكذا: \u200e%2F\u200e و\u200e%23\u200e.',
    ),
  );
const count = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text), {
      abort: true,
      ...refusal('not_a_number', 'Expected a whole number.', 'يجب أن تكون القيمة عددًا صحيحًا.'),
    })
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const timeZone = z.string().refine(isZoneName, noZone);
const localeTag = z
  .string()
  .refine(isLanguageTag, {
    abort: true,
    ...refusal(
      'invalid_locale',
      'Expected a BCP 47 language tag such as ar or ar-SY.',
      'يجب أن تكون القيمة رمز لغة مثل ar أو ar-SY.',
    ),
  })
  .pipe(languageTag);

/** The settings, by the environment variable that sets each. `npm run khabar -- serve --help` and the README list them. */
export const settingsSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every interface'),
  PORT: count(0, 65535).default(3000).describe('Port to listen on; 0 picks a free one'),
  KHABAR_WORKERS: count(1, 256)
    .default(1)
    .describe('Processes that share the port, one for each core; each has its own cache and counts its own limits'),
  DATABASE_URL: databaseUrl
    .default('./data/khabar.db')
    .describe('A file for SQLite, or postgres://user:password@host/database'),
  KHABAR_SITE_NAME: z.string().min(1).max(200).default('خبر').describe('Name of the site'),
  KHABAR_BASE_URL: siteAddress
    .optional()
    .describe('Public address of the site, without a path; otherwise links are relative'),
  KHABAR_LOCALE: localeTag.default('ar').describe('Language of the site: the default locale of articles and errors'),
  KHABAR_TIME_ZONE: timeZone.default('Asia/Damascus').describe('Time zone of dates that name none'),
  KHABAR_COMMENT_MODE: z
    .enum(['pre', 'post', 'closed'])
    .default('pre')
    .describe('Comments are approved first (pre), shown at once (post), or not taken (closed)'),
  KHABAR_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged'),
  KHABAR_TRUSTED_PROXIES: proxies
    .default([])
    .describe('Addresses or CIDR ranges of your proxies, by commas; only their X-Forwarded-For is believed'),
  KHABAR_CORS_ORIGINS: origins
    .default([])
    .describe('Origins of sites that may call from a browser, by commas; * for any'),
  KHABAR_BODY_LIMIT: count(1024, 67_108_864).default(1_048_576).describe('Largest request body, in bytes'),
  KHABAR_RATE_LIMIT: count(0, 1_000_000_000)
    .default(600)
    .describe('Requests a minute from one address, in each worker; 0 for no limit'),
  KHABAR_RATE_LIMIT_COMMENTS: count(0, 1_000_000_000)
    .default(10)
    .describe('Comments a minute from one address, in each worker; 0 for no limit'),
  KHABAR_RATE_LIMIT_LOGIN: count(0, 1_000_000)
    .default(10)
    .describe('Sign-in attempts a minute from one address, in each worker; 0 for no limit'),
  KHABAR_SESSION_HOURS: count(1, 8760).default(12).describe('How long a sign-in lasts'),
  KHABAR_CACHE_MB: count(0, 65_536)
    .default(64)
    .describe('Memory for finished public answers in each worker, in MiB; 0 turns it off'),
});

export type Config = Readonly<z.infer<typeof settingsSchema>>;

/**
 * Reads the settings from the environment. Empty variables count as unset. Throws ConfigError that names every bad
 * variable at once, unknown KHABAR_ ones included, because a misspelt setting is otherwise silently ignored.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.keys(settingsSchema.shape);
  const given = Object.fromEntries(known.map((name) => [name, environment[name] || undefined]));
  const problems: LocalText[] = [];
  const add = (name: string, { en, ar }: LocalText) => problems.push({ en: `${name}: ${en}`, ar: `${name}: ${ar}` });
  for (const name of Object.keys(environment))
    if (name.startsWith('KHABAR_') && !name.startsWith('KHABAR_TEST_') && !known.includes(name))
      add(name, { en: 'There is no such setting.', ar: 'لا يوجد إعداد بهذا الاسم.' });
  const result = settingsSchema.safeParse(given, { reportInput: true });
  for (const issue of result.error?.issues ?? []) add(issue.path.join('.'), messageOf(issue));
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(result.data);
}

export class ConfigError extends Error {
  readonly problems: LocalText[];
  constructor(problems: LocalText[]) {
    super(`Invalid settings:\n${problems.map(({ en }) => `  ${en}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
