/** Endings by which a bare `name.tld` is taken for a link; «كلمة.كلمة» and `node.js` are none. */
const endings = new Set(
  'com net org info biz edu gov int mil app dev xyz online site shop store top club live news blog link click pro tv me io co ai ly sy sa ae eg iq jo lb kw qa bh om ye ps ma dz tn sd mr so dj km tr ir ru cn de fr uk us eu in tk ml ga cf gq ws cc su pw to gl gd'.split(
    ' ',
  ),
);

/**
 * How many links a text holds: `http://` and `https://`, `www.`, and bare domains such as `example.com/page`, with
 * look-alike full-width letters seen through. E-mail addresses do not count. Linear in the text.
 */
export function countLinks(text: string): number {
  if (!mayHoldLink.test(text)) return 0;
  let links = 0;
  for (const [run] of text.normalize('NFKC').matchAll(/[a-z0-9._~:/?#@!$&*+,;=%-]+/gi)) {
    const schemes = run.match(/https?:\/\//gi)?.length ?? 0;
    links += schemes > 0 ? schemes : run.split(/[,;!]/).filter(isBareLink).length;
  }
  return links;
}

/** A dot between two labels, a scheme, or a character that might become part of one when it is normalised. */
const mayHoldLink = /[a-z0-9-]\.[a-z0-9]|\/\/|[^\0-\x7f\u0600-\u06ff]/i;

function isBareLink(part: string): boolean {
  const host = part.replace(/^[^a-z0-9]+/i, '').split(/[/?#:]/)[0] ?? '';
  const labels = host.replace(/\.+$/, '').toLowerCase().split('.');
  if (labels.length < 2 || labels.some((label) => !/^[a-z0-9](?:[a-z0-9-]*)$/.test(label))) return false;
  return labels[0] === 'www' || endings.has(labels.at(-1) ?? '');
}
