import { type PluralForms, plural } from './plurals.ts';

/**
 * A number with what it counts, as the grammar of Arabic and English has it: «حرف واحد», «حرفان», «3 أحرف», «11 حرفًا»,
 * «100 حرف». Where the dual must follow a preposition («بعد ثانيتين») the noun is listed in that case.
 */
export function counted(count: number, noun: Noun, language: 'ar' | 'en'): string {
  return plural(count, nouns[noun][language], language);
}

export type Noun = keyof typeof nouns;

const nouns = {
  characters: {
    en: { one: '{n} character', other: '{n} characters' },
    ar: { one: 'حرف واحد', two: 'حرفان', few: '{n} أحرف', many: '{n} حرفًا', other: '{n} حرف' },
  },
  items: {
    en: { one: '{n} item', other: '{n} items' },
    ar: { one: 'عنصر واحد', two: 'عنصران', few: '{n} عناصر', many: '{n} عنصرًا', other: '{n} عنصر' },
  },
  levels: {
    en: { one: '{n} level', other: '{n} levels' },
    ar: { one: 'مستوى واحد', two: 'مستويان', few: '{n} مستويات', many: '{n} مستوى', other: '{n} مستوى' },
  },
  sections: {
    en: { one: '{n} section', other: '{n} sections' },
    ar: { one: 'قسم واحد', two: 'قسمان', few: '{n} أقسام', many: '{n} قسمًا', other: '{n} قسم' },
  },
  articles: {
    en: { one: '{n} article', other: '{n} articles' },
    ar: { one: 'مقال واحد', two: 'مقالان', few: '{n} مقالات', many: '{n} مقالًا', other: '{n} مقال' },
  },
  comments: {
    en: { one: '{n} comment', other: '{n} comments' },
    ar: { one: 'تعليق واحد', two: 'تعليقان', few: '{n} تعليقات', many: '{n} تعليقًا', other: '{n} تعليق' },
  },
  lines: {
    en: { one: '{n} line', other: '{n} lines' },
    ar: { one: 'سطر واحد', two: 'سطران', few: '{n} أسطر', many: '{n} سطرًا', other: '{n} سطر' },
  },
  migrations: {
    en: { one: '{n} migration', other: '{n} migrations' },
    ar: { one: 'ترحيل واحد', two: 'ترحيلان', few: '{n} ترحيلات', many: '{n} ترحيلًا', other: '{n} ترحيل' },
  },
  bytes: {
    en: { one: '{n} byte', other: '{n} bytes' },
    ar: { one: 'بايت واحد', other: '{n} بايت' },
  },
  /** In the genitive, for «بعد …». */
  seconds: {
    en: { one: '{n} second', other: '{n} seconds' },
    ar: { one: 'ثانية واحدة', two: 'ثانيتين', few: '{n} ثوانٍ', many: '{n} ثانية', other: '{n} ثانية' },
  },
} as const satisfies Record<string, Record<'ar' | 'en', PluralForms>>;
