/** A piece of a body that stands for itself, or what one says. */
const spoken = /"_type":"(?!span|link)|"(?:text|caption|title|code)":"/g;
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
  spoken.lastIndex = 0;
  for (let found = spoken.exec(rest); found !== null && found.index < end; found = spoken.exec(rest)) {
    const start = spoken.lastIndex;
    if (found[0].startsWith('"_type"')) {
      text += '\n';
      continue;
    }
    const close = closingMark(rest, start);
    const value = rest.slice(start, close);
    text += value.includes('\\') ? (JSON.parse(`"${value}"`) as string) : value;
    spoken.lastIndex = close + 1;
  }
  return text;
}

/** Where a text ends that begins at `start`: at the first quotation mark without an odd number of backslashes before. */
function closingMark(json: string, start: number): number {
  for (let at = json.indexOf('"', start); ; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (json[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
}
