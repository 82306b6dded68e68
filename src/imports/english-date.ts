const words: Record<string, string> = {
  january: 'يناير',
  february: 'فبراير',
  march: 'مارس',
  april: 'أبريل',
  may: 'مايو',
  june: 'يونيو',
  july: 'يوليو',
  august: 'أغسطس',
  september: 'سبتمبر',
  october: 'أكتوبر',
  november: 'نوفمبر',
  december: 'ديسمبر',
  sunday: 'الأحد',
  monday: 'الاثنين',
  tuesday: 'الثلاثاء',
  wednesday: 'الأربعاء',
  thursday: 'الخميس',
  friday: 'الجمعة',
  saturday: 'السبت',
  today: 'اليوم',
  on: 'يوم',
  at: 'الساعة',
};

/** Full names, and the usual short forms of three or four letters. */
const english = new Map(
  Object.entries(words).flatMap(([name, arabic]): [string, string][] => {
    const isShort = name.length <= 5 && !/day$/.test(name);
    const short = isShort ? [] : [name.slice(0, 3), ...(/^(?:sept|tues|thur)/.test(name) ? [name.slice(0, 4)] : [])];
    return [name, ...short].map((spelling) => [spelling, arabic]);
  }),
).set('thurs', 'الخميس');

/** Names of days and months in English turned into the Arabic ones that date lines are read by; other words stay. */
export function arabiseDate(text: string): string {
  return text
    .replace(/\b(\d{1,2})(?:st|nd|rd|th)\b/gi, '$1')
    .replace(/\b([ap])\.\s?m\b\.?/gi, '$1m')
    .replace(/[a-z]+\.?/gi, (word) => english.get(word.toLowerCase().replace('.', '')) ?? word);
}
