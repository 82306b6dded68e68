/** A CDATA section, a tag, or text between tags. */
const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<[^>]*>|[^<]+/g;

/**
 * The same XML without the white space around CDATA sections, which would be read as part of a title, or of an address,
 * where there may be none (RFC 4287, 2). What is shorter as plain text is written so.
 */
export function withoutPadding(xml: string): string {
  let written = '';
  let between = '';
  let text: string | null = null;
  for (const [whole, cdata] of xml.matchAll(token)) {
    if (cdata !== undefined) text = (text ?? '') + cdata;
    else if (!whole.startsWith('<')) between += whole;
    else {
      written += (text === null ? between : toXml(text)) + whole;
      [between, text] = ['', null];
    }
  }
  return written + between;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function toXml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (character) => entities[character] ?? '');
  const cdata = `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  return escaped.length <= cdata.length ? escaped : cdata;
}
