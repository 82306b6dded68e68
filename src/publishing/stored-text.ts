/** A piece of a body that stands for itself, or what one says. */
const spoken = /"(?:caption|credit)Block":{"_type":"|"_type":"(?!span|link)|"(?:text|caption|title|code)":"/g;
/** A quotation mark inside of a text has a backslash before it, so no text can look like this. */
const afterSections = '],"seo":';

/**
 * The words of a document's sections, with white space wherever `toText` has some, read from its JSON as `buildDocument`
 * writes it: to make objects of a document, only to throw them away, takes four times as long, and a search reads
 * twenty documents for each page.
 */
export function storedText(rest: string): string {
  const end = rest.indexOf(afterSections);
  let text = '';
  /** Captions with marks say the same again, last in their block. */
  let isSaidAgain = false;
  spoken.lastIndex = 0;
  for (let found = spoken.exec(rest); found !== null && found.index < end; found = spoken.exec(rest)) {
    const start = spoken.lastIndex;
    if (found[0].endsWith('"_type":"')) {
      isSaidAgain = !found[0].startsWith('"_type"');
      text += '\n';
      continue;
    }
    const close = closingMark(rest, start);
    if (!isSaidAgain) text += plain(rest.slice(start, close));
    spoken.lastIndex = close + 1;
  }
  return text;
}

/** A text of a card, read from its JSON in the same way; null where it has none. */
export function storedMember(card: string, name: 'headline' | 'lead'): string | null {
  const member = `"${name}":"`;
  const found = card.indexOf(member);
  const start = found + member.length;
  return found < 0 ? null : plain(card.slice(start, closingMark(card, start)));
}

/** Signs that stand for others after a backslash; a quotation mark, a slash and a backslash stand for themselves. */
const escaped: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What stands between the quotation marks of JSON (RFC 8259, 7). JSON.parse takes three times as long for a paragraph. */
function plain(value: string): string {
  let at = value.indexOf('\\');
  if (at < 0) return value;
  let text = '';
  let start = 0;
  for (; at >= 0; at = value.indexOf('\\', start)) {
    const sign = value[at + 1] ?? '';
    text += value.slice(start, at);
    start = at + (sign === 'u' ? 6 : 2);
    text +=
      sign === 'u' ? String.fromCharCode(Number.parseInt(value.slice(at + 2, start), 16)) : (escaped[sign] ?? sign);
  }
  return text + value.slice(start);
}

/** Where a text ends that begins at `start`: at the first quotation mark without an odd number of backslashes before. */
function closingMark(json: string, start: number): number {
  for (let at = json.indexOf('"', start); ; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (json[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
}
