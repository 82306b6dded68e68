import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatArabicDate, parseArabicDate } from '../../src/arabic/dates.ts';
import { fromHijri, toHijri } from '../../src/arabic/hijri.ts';
import { anyText } from './arbitraries.ts';

const timeZone = 'Asia/Damascus';

/** What a text says: an instant as ISO with Z, a date as it is, or null. */
function read(text: string, zone = timeZone): string | null {
  const parsed = parseArabicDate(text, { timeZone: zone });
  return parsed && (parsed.kind === 'instant' ? parsed.instant.toISOString() : parsed.date);
}

describe('parseArabicDate', () => {
  it('reads the date line of the seed article', () => {
    expect(read('اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً')).toBe('2025-11-10T22:00:00.000Z');
  });

  it.each([
    ['١١ نوفمبر ٢٠٢٥'],
    ['۱۱ نوفمبر ۲۰۲۵'],
    ['11 تشرين الثاني 2025'],
    ['11 تشرين الثاني/نوفمبر 2025'],
    ['11 نوفمبر/تشرين الثاني 2025'],
    ['11 تشرين الثاني (نوفمبر) 2025'],
    ['11 نونبر 2025'],
    ['11نوفمبر 2025'],
    ['11 من نوفمبر 2025'],
    ['11 من شهر نوفمبر من عام 2025'],
    ['يوم الثلاثاء الموافق 11 نوفمبر 2025م'],
    ['الثّلاثاء، ١١ نُوفمبر، ٢٠٢٥'],
    ['الثلاثاء 11-11-2025'],
    ['11/11/2025'],
    ['11.11.2025'],
    ['2025/11/11'],
    ['2025-11-11'],
    ['٢٠٢٥-١١-١١'],
    ['نوفمبر 11، 2025'],
    ['20 جمادى الأولى 1447هـ'],
    ['20 جمادي الاولى 1447'],
    ['20/5/1447هـ'],
    ['1447/5/20 هـ'],
    ['الثلاثاء 20 جمادى الأولى 1447 هـ الموافق 11 نوفمبر 2025 م'],
    ['الثلاثاء - 20 جمادى الأولى 1447 هـ - 11 نوفمبر 2025 مـ رقم العدد [17150]'],
  ])('reads %s', (line) => {
    expect(read(line)).toBe('2025-11-11');
  });

  it.each([
    ['18 جانفي 2017', '2017-01-18'],
    ['1 فيفري 2017', '2017-02-01'],
    ['30 أفريل 2017', '2017-04-30'],
    ['2 ماي 2017', '2017-05-02'],
    ['3 جوان 2017', '2017-06-03'],
    ['25 جويلية 2017', '2017-07-25'],
    ['5 أوت 2017', '2017-08-05'],
    ['6 غشت 2017', '2017-08-06'],
    ['7 شتنبر 2017', '2017-09-07'],
    ['8 دجنبر 2017', '2017-12-08'],
    ['9 يوليوز 2017', '2017-07-09'],
    ['29 شباط 2024', '2024-02-29'],
    ['1 آب 2024', '2024-08-01'],
    ['6 ذو القعدة 1437', '2016-08-09'],
    ['الأول من مايو 2020', '2020-05-01'],
    ['غرة محرم 1447', '2025-06-26'],
  ])('knows the month of %s', (line, date) => {
    expect(read(line)).toBe(date);
  });

  it.each([
    ['2025-11-10T22:00:00Z'],
    ['2025-11-11T01:00:00+03:00'],
    ['2025-11-11T01:00:00.000+0300'],
    ['2025-11-11 01:00:00+03'],
    ['2025-11-11T01:00'],
    ['2025-11-11 01:00'],
    ['11/11/2025 01:00'],
    ['11 نوفمبر 2025 1:00 ص'],
    ['11 نوفمبر 2025 - 01:00'],
    ['11 نوفمبر 2025 الساعة 1 صباحا'],
    ['١١ نوفمبر ٢٠٢٥، ٠١:٠٠ صَبَاحًا'],
    ['الساعة 1:00 فجرا يوم 11 نوفمبر 2025'],
    ['11 نوفمبر 2025 01:00 ليلا'],
    ['10 نوفمبر 2025 22:00 بتوقيت غرينتش'],
  ])('reads the time in %s', (line) => {
    expect(read(line)).toBe('2025-11-10T22:00:00.000Z');
  });

  it.each([
    ['12:00 صباحا', '00:00'],
    ['12:30 مساء', '12:30'],
    ['5:15 م', '17:15'],
    ['5:15 مساءً', '17:15'],
    ['17:15 مساء', '17:15'],
    ['12:05 ظهرا', '12:05'],
    ['1:05 ظهرا', '13:05'],
    ['4:00 عصرا', '16:00'],
    ['9:00 ليلا', '21:00'],
    ['12:10 ليلا', '00:10'],
    ['3:00 بعد الظهر', '15:00'],
  ])('reads %s as %s', (time, clock) => {
    expect(read(`11 نوفمبر 2025 ${time}`, 'UTC')).toBe(`2025-11-11T${clock}:00.000Z`);
  });

  it.each([
    ['a word for a day', 'أمس'],
    ['a word it does not know beside a date', 'أمس 11 نوفمبر 2025'],
    ['a day that does not exist', '31 شباط 2024'],
    ['a leap day in another year', '29 شباط 2023'],
    ['an ISO day that does not exist', '2025-02-30'],
    ['a Hijri day that does not exist', '30 صفر 1447 هـ'],
    ['a weekday that does not fit', 'الأربعاء 11 نوفمبر 2025'],
    ['months that differ', '11 تشرين الأول/نوفمبر 2025'],
    ['calendars that differ', '20 جمادى الأولى 1447 الموافق 15 نوفمبر 2025'],
    ['a Gregorian month in a Hijri year', '11 نوفمبر 1447 هـ'],
    ['a Hijri month in a Gregorian year', '11 رمضان 2025'],
    ['a mark of the wrong calendar', '11/11/2025 هـ'],
    ['a year that may be Hijri, in ISO order', '1447-05-20'],
    ['a month thirteen', '11/13/2025'],
    ['two digits of a year', '11/11/25'],
    ['no year', '11 نوفمبر'],
    ['no day', 'نوفمبر 2025'],
    ['two dates', '11 نوفمبر 2025 12 نوفمبر 2025'],
    ['two times', '11 نوفمبر 2025 01:00 02:00'],
    ['an hour that is not in its part of the day', '11 نوفمبر 2025 14:00 صباحا'],
    ['an hour 25', '2025-11-11T25:00'],
    ['an unknown city', '11 نوفمبر 2025 01:00 بتوقيت أطلنطس'],
    ['a letter for a time zone', '11 نوفمبر 2025 x'],
    ['nothing', ''],
    ['prose', `${'كلام '.repeat(50)}11 نوفمبر 2025`],
  ])('refuses %s', (_, line) => {
    expect(read(line)).toBeNull();
  });

  it('takes the first of two equal clock times, and goes on where the clock skips', () => {
    expect(read('2024-11-03 01:30', 'America/New_York')).toBe('2024-11-03T05:30:00.000Z');
    expect(read('2024-03-10 02:30', 'America/New_York')).toBe('2024-03-10T07:30:00.000Z');
    expect(read('2010-10-28 23:30', 'Asia/Damascus')).toBe('2010-10-28T20:30:00.000Z');
  });

  it('throws for a zone that does not exist, which is a mistake of the site and not of the text', () => {
    expect(() => read('11 نوفمبر 2025 01:00', 'Mars/Olympus')).toThrow(RangeError);
  });

  it('never throws for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => read(text)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('formatArabicDate', () => {
  const instant = new Date('2025-11-10T22:00:00Z');

  it.each([
    ['international', 'الثلاثاء 11 نوفمبر 2025 01:00 صباحًا'],
    ['levant', 'الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا'],
    ['maghreb', 'الثلاثاء 11 نوفمبر 2025 01:00 صباحًا'],
    ['maroc', 'الثلاثاء 11 نونبر 2025 01:00 صباحًا'],
    ['dual', 'الثلاثاء 11 تشرين الثاني/نوفمبر 2025 01:00 صباحًا'],
  ] as const)('writes months of the %s kind', (months, text) => {
    expect(formatArabicDate(instant, { timeZone, months, time: true })).toBe(text);
  });

  it('writes Hijri dates and Arabic-Indic digits', () => {
    const format = { timeZone, calendar: 'hijri', digits: 'arab' } as const;
    expect(formatArabicDate(instant, format)).toBe('الثلاثاء ٢٠ جمادى الأولى ١٤٤٧ هـ');
  });

  it('takes the day of the zone, not of UTC', () => {
    expect(formatArabicDate(instant, { timeZone: 'UTC' })).toBe('الاثنين 10 نوفمبر 2025');
  });

  it('calls noon and midnight twelve', () => {
    const at = (time: string) => formatArabicDate(new Date(`2025-11-11T${time}Z`), { timeZone: 'UTC', time: true });
    expect(at('00:05')).toBe('الثلاثاء 11 نوفمبر 2025 12:05 صباحًا');
    expect(at('12:05')).toBe('الثلاثاء 11 نوفمبر 2025 12:05 مساءً');
  });

  it('is read back as the same minute, in every style', () => {
    const times = fc.date({ min: new Date('1900-01-01'), max: new Date('2075-01-01'), noInvalidDate: true });
    const months = fc.constantFrom('international', 'levant', 'maghreb', 'maroc', 'dual');
    const digits = fc.constantFrom('latn', 'arab');
    const calendar = fc.constantFrom('gregory', 'hijri');
    fc.assert(
      fc.property(times, months, digits, calendar, (date, months, digits, calendar) => {
        const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000);
        const text = formatArabicDate(minute, { timeZone: 'Asia/Riyadh', months, digits, calendar, time: true });
        // Riyadh kept local mean time with seconds until 1947.
        if (minute.getTime() > Date.UTC(1948, 0)) expect(read(text, 'Asia/Riyadh'), text).toBe(minute.toISOString());
        else expect(read(text, 'Asia/Riyadh'), text).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('the Hijri calendar', () => {
  it('converts every day there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1883, 0), max: Date.UTC(2170, 0) }), (time) => {
        const date = new Date(time);
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(fromHijri(toHijri(day))).toEqual(day);
      }),
      { numRuns: 300 },
    );
  });
});
