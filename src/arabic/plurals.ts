/** One text per plural category of CLDR. `{n}` stands for the number; a missing category falls back to `other`. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const rules = { ar: new Intl.PluralRules('ar'), en: new Intl.PluralRules('en') };

const comments: Record<'ar' | 'en', PluralForms> = {
  ar: {
    zero: 'لا تعليقات',
    one: 'تعليق واحد',
    two: 'تعليقان',
    few: '{n} تعليقات',
    many: '{n} تعليقًا',
    other: '{n} تعليق',
  },
  en: { one: '{n} comment', other: '{n} comments' },
};

/** The number of comments in words: «لا تعليقات», «تعليق واحد», «تعليقان», «3 تعليقات», «11 تعليقًا», «100 تعليق». */
export function commentCount(count: number, locale: 'ar' | 'en'): string {
  return plural(count, comments[locale], locale);
}

const minutes: Record<'ar' | 'en', PluralForms> = {
  ar: { one: 'دقيقة واحدة', two: 'دقيقتان', few: '{n} دقائق', other: '{n} دقيقة' },
  en: { one: '{n} minute', other: '{n} minutes' },
};

/** Minutes in words: «دقيقة واحدة», «دقيقتان», «3 دقائق», «11 دقيقة», «100 دقيقة». */
export function minuteCount(count: number, locale: 'ar' | 'en'): string {
  return plural(count, minutes[locale], locale);
}

/** The form that fits `count` in a language, by the plural rules of CLDR; Arabic has six, English two. */
export function plural(count: number, forms: PluralForms, locale: 'ar' | 'en' = 'ar'): string {
  const form = forms[rules[locale].select(count)] ?? forms.other;
  return form.replaceAll('{n}', String(count));
}
