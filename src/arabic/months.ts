import { fold } from './fold.ts';

/** Which names of the solar months a site uses; `dual` writes «تشرين الثاني/نوفمبر», as pan-Arab newsrooms do. */
export type MonthNames = 'international' | 'levant' | 'maghreb' | 'maroc' | 'dual';

const international = list('يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر');
const levant = list('كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول');

/** Names by country, as CLDR has them: ar (Egypt, Gulf), ar-SY/LB/IQ/JO, ar-DZ/TN, ar-MA. */
const solarNames: Record<MonthNames, readonly string[]> = {
  international,
  levant,
  maghreb: list('جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر'),
  maroc: list('يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر'),
  dual: levant.map((name, index) => `${name}/${international[index]}`),
};

const hijriNames = list(
  'محرم صفر ربيع_الأول ربيع_الآخر جمادى_الأولى جمادى_الآخرة رجب شعبان رمضان شوال ذو_القعدة ذو_الحجة',
);

/** Spellings that are read but never written, by month. */
const solarSpellings: Record<number, string> = {
  1: 'كانون_ثاني كانون_ثان',
  5: 'مايس',
  6: 'يونيه',
  7: 'يوليه',
  8: 'أوغسطس',
  10: 'تشرين_أول أوكتوبر',
  11: 'تشرين_ثاني تشرين_ثان',
  12: 'كانون_أول',
};
const hijriSpellings: Record<number, string> = {
  1: 'المحرم محرم_الحرام',
  3: 'ربيع_أول',
  4: 'ربيع_الثاني ربيع_ثاني ربيع_آخر',
  5: 'جمادى_الأول جمادى_أول جماد_الأول جماد_الأولى',
  6: 'جمادى_الثانية جمادى_الثاني جمادى_الآخر جماد_الآخر جماد_الثاني جماد_الثانية',
  9: 'رمضان_المبارك',
  11: 'ذي_القعدة ذوالقعدة ذيالقعدة',
  12: 'ذي_الحجة ذوالحجة ذيالحجة',
};

/** Folded name → month 1–12, for every name of every country. */
export const solarMonths = index(
  [solarNames.international, solarNames.levant, solarNames.maghreb, solarNames.maroc],
  solarSpellings,
);

/** Folded name → month 1–12 of the Hijri year. */
export const hijriMonths = index([hijriNames], hijriSpellings);

/** Month names by country, for readers who say where they read; a bare `ar` is read everywhere. */
const monthNamesByRegion: Record<Exclude<MonthNames, 'dual'>, readonly string[]> = {
  international: ['', 'AE', 'BH', 'EG', 'KW', 'LY', 'OM', 'QA', 'SA', 'SD', 'YE', '001'],
  levant: ['IQ', 'JO', 'LB', 'PS', 'SY'],
  maghreb: ['DZ', 'TN'],
  maroc: ['MA'],
};
const monthNamesOf = new Map(
  Object.entries(monthNamesByRegion).flatMap(([names, regions]) =>
    regions.map((region) => [region, names as MonthNames] as const),
  ),
);

/** The month names of an Arabic-speaking country (ISO 3166 code, or '' for none); undefined for any other. */
export function monthNamesIn(region: string): MonthNames | undefined {
  return monthNamesOf.get(region);
}

/** The name of solar month 1–12. */
export function solarMonthName(month: number, names: MonthNames): string {
  return solarNames[names][month - 1] ?? '';
}

/** The name of Hijri month 1–12. */
export function hijriMonthName(month: number): string {
  return hijriNames[month - 1] ?? '';
}

/** Names split at spaces; `_` is a space inside a name. */
function list(names: string): string[] {
  return names.split(' ').map((name) => name.replace('_', ' '));
}

function index(tables: readonly (readonly string[])[], spellings: Record<number, string>): Map<string, number> {
  const months = new Map<string, number>();
  for (const names of tables) for (const [position, name] of names.entries()) months.set(fold(name), position + 1);
  for (const [month, names] of Object.entries(spellings)) {
    for (const name of list(names)) months.set(fold(name), Number(month));
  }
  return months;
}
