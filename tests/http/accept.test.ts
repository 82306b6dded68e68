import { expect, it, vi } from 'vitest';
import { readOnce } from '../../src/http/accept.ts';

it('a header is read once, also where it means nothing, and right however many others come between', () => {
  const read = vi.fn((header: string) => (header.startsWith('none') ? null : header.length));
  const meaning = readOnce(read);
  const few = ['none', 'gzip', 'gzip, br'];
  for (let time = 0; time < 3; time++) expect(few.map(meaning)).toEqual([null, 4, 8]);
  expect(read).toHaveBeenCalledTimes(few.length);
  for (let other = 0; other < 2000; other++) expect(meaning(`x-${other}`)).toBe(`x-${other}`.length);
  expect(few.map(meaning)).toEqual([null, 4, 8]);
});

it('a long header is not kept', () => {
  const read = vi.fn(() => true);
  const meaning = readOnce(read);
  for (let time = 0; time < 2; time++) meaning('x'.repeat(10_000));
  expect(read).toHaveBeenCalledTimes(2);
});
