import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { counted } from '../arabic/counted.ts';
import { AppError, type FieldError, type LocalText } from '../errors.ts';

/** Compiles a zod schema to Fastify's validator. What does not fit becomes one AppError with every issue in it. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = placeOf(httpPart);
  return (data) => {
    const result = schema.safeParse(data, { reportInput: true });
    if (result.success) return { value: result.data };
    return { error: new AppError('invalid-request', { errors: fieldErrors(result.error.issues, place) }) };
  };
};

/** Turns zod issues into field errors; inside a union, those of the branch that came nearest. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], place: FieldError['in'], base = ''): FieldError[] {
  return issues.slice(0, maxErrors).flatMap((issue) => {
    const pointer = base + toPointer(issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, maxErrors).map((key) => ({
        in: place,
        pointer: `${pointer}${toPointer([key])}`,
        code: 'unknown_field',
        message: { en: 'There is no such field here.', ar: 'لا يوجد حقل بهذا الاسم هنا.' },
      }));
    if (issue.code === 'invalid_union') {
      const nearest = nearestBranch(issue.errors);
      if (nearest) return fieldErrors(nearest, place, pointer);
    }
    if (place === 'query' && Array.isArray(issue.input))
      return [{ in: place, pointer, code: 'repeated', message: repeated }];
    return [{ in: place, pointer, code: codeOf(issue), message: messageOf(issue) }];
  });
}

const maxErrors = 50;
const repeated = { en: 'It may be given only once.', ar: 'لا يجوز ذكره أكثر من مرة.' };

function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((issue) => issue.path.length));
  const inside = branches.filter((issues) => issues.length > 0 && depth(issues) > 0);
  return inside.length === 0 ? null : inside.reduce((best, next) => (depth(next) > depth(best) ? next : best));
}

function placeOf(httpPart: string | undefined): FieldError['in'] {
  if (httpPart === 'querystring') return 'query';
  if (httpPart === 'params') return 'path';
  if (httpPart === 'headers') return 'headers';
  return 'body';
}

/** RFC 6901. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'required';
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') return issue.params.code;
  return issue.code;
}

/** Whether there is nothing where something was expected: zod says so by the kind of what it expected. */
function isMissing({ code, input }: z.core.$ZodIssue): boolean {
  return input === undefined && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union');
}

/** What an issue says, in both languages. Zod's own locales serve where we have nothing better to say. */
export function messageOf(issue: z.core.$ZodIssue): LocalText {
  if (isMissing(issue)) return { en: 'This is required.', ar: 'هذا الحقل مطلوب.' };
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected in typeNames
        ? ofTypes([issue.expected])
        : { en: `Expected ${issue.expected}.`, ar: 'نوع القيمة غير صحيح.' };
    case 'invalid_union':
      return ofTypes(issue.errors.map(([first]) => (first?.code === 'invalid_type' ? first.expected : 'another')));
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? { en: 'It may not be empty.', ar: 'لا يجوز تركه فارغًا.' }
        : bound(least, issue.origin, issue.minimum, issue.inclusive);
    case 'too_big':
      return bound(most, issue.origin, issue.maximum, issue.inclusive);
    case 'invalid_format':
      return formatMessages[issue.format] ?? ofZod(issue);
    case 'not_multiple_of':
      return ofZod(issue);
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ');
      // A hyphen at the beginning would wander to the other side of its word.
      const apart = /(?:^| )-/.test(values) ? `\u2066${values}\u2069` : values;
      return { en: `Expected one of: ${values}.`, ar: `القيم المقبولة: ${apart}.` };
    }
    case 'custom': {
      const message: unknown = issue.params?.message;
      return isLocalText(message) ? message : notValid;
    }
    default:
      return notValid;
  }
}

function ofZod(issue: z.core.$ZodIssue): LocalText {
  const say = (config: { localeError: z.core.$ZodErrorMap }) => {
    const said = config.localeError(issue as z.core.$ZodRawIssue);
    return `${typeof said === 'string' ? said : (said?.message ?? issue.message)}.`;
  };
  return { en: say(z.locales.en()), ar: say(z.locales.ar()) };
}

const notValid = { en: 'The value is not valid.', ar: 'القيمة غير صالحة.' };

/** The parameters of a zod `.refine` whose failure must be readable in both languages. */
export function refusal(code: string, en: string, ar: string) {
  return { params: { code, message: { en, ar } } };
}

function isLocalText(value: unknown): value is LocalText {
  return typeof value === 'object' && value !== null && 'en' in value && 'ar' in value;
}

function ofTypes(expected: readonly string[]): LocalText {
  const kinds = [...new Set(expected.map((name) => typeNames[name]))];
  if (kinds.length === 0 || kinds.includes(undefined)) return notValid;
  const list = (language: 'en' | 'ar', or: string) => kinds.map((kind) => kind?.[language]).join(or);
  return { en: `Expected ${list('en', ' or ')}.`, ar: `يجب أن تكون القيمة ${list('ar', ' أو ')}.` };
}

/** What is said of a text that has more characters than it may. */
export function tooLong(mostCharacters: number): LocalText {
  return bound(most, 'string', mostCharacters);
}

const object = { en: 'an object', ar: 'كائنًا' };
const typeNames: Record<string, LocalText> = {
  string: { en: 'a text', ar: 'نصًا' },
  number: { en: 'a number', ar: 'عددًا' },
  int: { en: 'a whole number', ar: 'عددًا صحيحًا' },
  boolean: { en: 'true or false', ar: 'true أو false' },
  array: { en: 'a list', ar: 'قائمة' },
  object,
  record: object,
};

const formatMessages: Record<string, LocalText> = {
  regex: { en: 'It has the wrong form.', ar: 'صيغة القيمة غير صحيحة.' },
  uuid: { en: 'Expected an id (UUID).', ar: 'يجب أن تكون القيمة معرّفًا (UUID).' },
  email: { en: 'Expected an e-mail address.', ar: 'يجب أن تكون القيمة عنوان بريد إلكتروني.' },
  url: { en: 'Expected an http or https URL.', ar: 'يجب أن تكون القيمة رابطًا من نوع http أو https.' },
  datetime: {
    en: 'Expected a date and time with an offset, such as 2025-11-10T22:00:00Z.',
    ar: 'يجب أن تكون القيمة تاريخًا ووقتًا مع فرق التوقيت، مثل ‎2025-11-10T22:00:00Z‎.',
  },
};

type Side = { limit: LocalText; beyond: LocalText };
const least: Side = {
  limit: { en: 'at least', ar: 'الحد الأدنى' },
  beyond: { en: 'more than', ar: 'أكبر من' },
};
const most: Side = {
  limit: { en: 'at most', ar: 'الحد الأقصى' },
  beyond: { en: 'less than', ar: 'أصغر من' },
};

function bound({ limit, beyond }: Side, origin: string, value: number | bigint, inclusive = true): LocalText {
  const count = Number(value);
  if (origin === 'string')
    return {
      en: `It must have ${limit.en} ${counted(count, 'characters', 'en')}.`,
      ar: `${limit.ar} للطول ${counted(count, 'characters', 'ar')}.`,
    };
  if (origin === 'array' || origin === 'set')
    return {
      en: `It must have ${limit.en} ${counted(count, 'items', 'en')}.`,
      ar: `${limit.ar} ${counted(count, 'items', 'ar')}.`,
    };
  if (!inclusive) return { en: `It must be ${beyond.en} ${value}.`, ar: `يجب أن تكون القيمة ${beyond.ar} ${value}.` };
  return { en: `It must be ${limit.en} ${value}.`, ar: `${limit.ar} للقيمة: ${value}.` };
}
