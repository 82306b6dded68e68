const dates = new Map<number, string>();

/** An instant as headers have it. Thousands are asked for within a second, and to write one takes a while. */
export function httpDate(instant: number): string {
  const known = dates.get(instant);
  if (known !== undefined) return known;
  if (dates.size > 10) dates.clear();
  const text = new Date(instant).toUTCString();
  dates.set(instant, text);
  return text;
}
