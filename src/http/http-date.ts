const dates = new Map<number, string>();

/** An instant as headers have it, in whole seconds. Thousands are asked for within one, and to write a date takes a while. */
export function httpDate(instant: number): string {
  const second = Math.floor(instant / 1000);
  const known = dates.get(second);
  if (known !== undefined) return known;
  if (dates.size > 10) dates.clear();
  const text = new Date(second * 1000).toUTCString();
  dates.set(second, text);
  return text;
}
