/** A CDATA section, a tag, or text between tags. */
const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<[^>]*>|[^<]+/g;

/** The end of an element that holds a whole article as HTML. */
const contentEnd = /^<\/content(?::encoded)?>$/;

/**
 * The same XML without the white space around CDATA sections, which would be read as part of a title, or of an address,
 * where there may be none (RFC 4287, 2). Only the HTML of articles stays a section, where that is shorter.
 */
export function withoutPadding(xml: string): string {
  let written = '';
  let between = '';
  let text: string | null = null;
  for (const [whole, cdata] of xml.matchAll(token)) {
    if (cdata !== undefined) text = (text ?? '') + cdata;
    else if (!whole.startsWith('<')) between += whole;
    else {
      written += (text === null ? between : toXml(text, contentEnd.test(whole))) + whole;
      [between, text] = ['', null];
    }
  }
  return written + between;
}

/** Readers that take a title for HTML leave these as they are (RSS Best Practices Profile, character data). */
const references: Record<string, string> = { '&': '&#x26;', '<': '&#x3C;', '>': '&#x3E;' };

function toXml(text: string, mayBeSection: boolean): string {
  const escaped = text.replace(/[&<>]/g, (character) => references[character] ?? '');
  if (!mayBeSection) return escaped;
  const cdata = `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  return escaped.length <= cdata.length ? escaped : cdata;
}
