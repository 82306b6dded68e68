import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatArabicDate } from '../../src/arabic/dates.ts';
import { toArabicDigits } from '../../src/arabic/digits.ts';
import { dateInput, endOf, instantQuery, startOf } from '../../src/http/date-input.ts';
import { fieldErrors } from '../../src/http/validation.ts';

const timeZone = 'Asia/Damascus';
const spanOf = (text: string, zone = timeZone) =>
  [startOf(dateInput.parse(text), zone), endOf(dateInput.parse(text), zone)].map((date) => date.toISOString());

describe('a date that people or machines write', () => {
  it.each([
    '2025-11-11',
    '٢٠٢٥-١١-١١',
    '۲۰۲۵-۱۱-۱۱',
    '11/11/2025',
    '١١/١١/٢٠٢٥',
    '11 نوفمبر 2025',
    '11 تشرين الثاني 2025',
    '11 نونبر 2025',
    'الثلاثاء 11 نوفمبر 2025',
    'الثلاثاء ٢٠ جمادى الأولى ١٤٤٧ هـ الموافق ١١ نوفمبر ٢٠٢٥ م',
    '20 جمادى الأولى 1447',
  ])('is a whole day of the site: %s', (text) => {
    expect(spanOf(text)).toEqual(['2025-11-10T21:00:00.000Z', '2025-11-11T21:00:00.000Z']);
  });

  it.each([
    '2025-11-10T22:00:00Z',
    '2025-11-11T01:00:00+03:00',
    '2025-11-11T01:00:00',
    '2025-11-11 01:00',
    '٢٠٢٥-١١-١١ ٠١:٠٠',
    'اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً',
    'الثلاثاء 11 تشرين الثاني 2025 01:00 ص',
    '10 نوفمبر 2025 22:00 بتوقيت غرينتش',
  ])('is an instant: %s', (text) => {
    expect(spanOf(text)).toEqual(['2025-11-10T22:00:00.000Z', '2025-11-10T22:00:00.000Z']);
  });

  it('is a day of whatever zone the site is in, at the turn of the clocks too', () => {
    expect(spanOf('2025-11-11', 'Africa/Tunis')).toEqual(['2025-11-10T23:00:00.000Z', '2025-11-11T23:00:00.000Z']);
    // In Beirut clocks go forward at midnight: that day begins at one, and is an hour short.
    expect(spanOf('30 آذار 2025', 'Asia/Beirut')).toEqual(['2025-03-29T22:00:00.000Z', '2025-03-30T21:00:00.000Z']);
    expect(spanOf('31 كانون الأول 2025')[1]).toBe('2025-12-31T21:00:00.000Z');
  });

  it.each([
    '',
    'أمس',
    'غدًا',
    'منذ ساعتين',
    '31 شباط 2025',
    '2025-02-31',
    '2025-13-01',
    'الاثنين 11 نوفمبر 2025',
    '11 نوفمبر',
    'نوفمبر 2025',
    '11/13/2025',
    '1447-05-20',
    '2025-11-11T25:00:00Z',
    '2025-11-11T01:00:00 03:00',
    "2025-11-11' OR 1=1",
    '1762812000',
    'ا'.repeat(300),
  ])('is refused rather than guessed: %s', (text) => {
    const { error } = instantQuery.safeParse(text);
    const codes = fieldErrors(error?.issues ?? [], 'query').map(({ code }) => code);
    expect(codes).toContain(text.length > 200 ? 'too_big' : 'invalid_date');
  });

  it('tells in both languages what to write', () => {
    const [refused] = fieldErrors(dateInput.safeParse('أمس').error?.issues ?? [], 'query');
    expect(refused?.message.en).toContain('2025-11-11');
    expect(refused?.message.ar).toContain('11 نوفمبر 2025');
  });

  it('is read back from however it is written', () => {
    const minute = fc.integer({ min: Date.UTC(1970, 0) / 60_000, max: Date.UTC(2070, 0) / 60_000 });
    const how = fc.record({
      months: fc.constantFrom('international', 'levant', 'maghreb', 'maroc', 'dual'),
      digits: fc.constantFrom('latn', 'arab'),
      calendar: fc.constantFrom('gregory', 'hijri'),
    });
    fc.assert(
      fc.property(minute, how, fc.constantFrom('Asia/Riyadh', 'Asia/Aden', 'UTC'), (at, { digits, ...form }, zone) => {
        const date = new Date(at * 60_000);
        const written = formatArabicDate(date, { timeZone: zone, ...form, digits, time: true });
        expect(startOf(dateInput.parse(written), zone)).toEqual(date);
        expect(startOf(dateInput.parse(date.toISOString()), zone)).toEqual(date);
        expect(startOf(dateInput.parse(toArabicDigits(date.toISOString())), zone)).toEqual(date);
        const day = formatArabicDate(date, { timeZone: zone, ...form, digits });
        const [start, end] = [startOf(dateInput.parse(day), zone), endOf(dateInput.parse(day), zone)];
        expect(start.getTime() <= date.getTime() && date.getTime() < end.getTime()).toBe(true);
        expect(end.getTime() - start.getTime()).toBeLessThanOrEqual(25 * 3600_000);
      }),
    );
  });

  it('never fails where its schema lets it pass', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        const parsed = dateInput.safeParse(text);
        if (parsed.success) expect(startOf(parsed.data, timeZone).getTime()).not.toBeNaN();
      }),
    );
  });
});
