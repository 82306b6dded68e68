import type { PublishedArticle } from '../delivery/schemas.ts';
import { isMediaUrl } from '../portable-text/links.ts';
import { escapeDestination, escapeLineStart, escapeMarkdown } from '../portable-text/markdown-inline.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toMarkdown } from '../portable-text/to-markdown.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { commaOf, dateInWords, roleInWords } from './in-words.ts';

/** An article as CommonMark: headline, where it comes from, lead, sections under their headings. */
export function renderMarkdown(article: PublishedArticle, site: SiteSettings): string {
  const { headline, kicker, lead, sections } = article;
  const parts = [
    marked('*', kicker),
    titled('#', headline),
    originOf(article, site),
    marked('**', lead),
    ...underHeadings(sections).flatMap(({ heading, body }) => [titled('##', heading), toMarkdown(body).trim()]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Sections without a heading go on with what was before them: their lists are kept apart like those of one body. */
function underHeadings(sections: PublishedArticle['sections']): { heading: string | null; body: PortableText }[] {
  const parts: { heading: string | null; body: PortableText }[] = [];
  for (const { heading, body } of sections) {
    const last = parts.at(-1);
    if (heading === null && last) last.body.push(pause, ...(body as PortableText));
    else parts.push({ heading, body: [...(body as PortableText)] });
  }
  return parts;
}

/** A paragraph of nothing, which ends a list. */
const pause: PortableText[number] = { _type: 'block', _key: 'pause', style: 'normal', markDefs: [], children: [] };

function originOf(article: PublishedArticle, site: SiteSettings): string {
  const { authors, source, dateline } = article;
  const names = authors.map(({ name, role }) => {
    const did = roleInWords(role, article);
    return did === null ? oneLine(name) : `${oneLine(name)} (${oneLine(did)})`;
  });
  const outlet = source === null ? [] : [sourceOf(source)];
  return escapeLineStart(
    [...names, ...outlet, oneLine(dateline ?? ''), oneLine(dateInWords(article, site))]
      .filter(Boolean)
      .join(commaOf(article)),
  );
}

function sourceOf({ name, url }: NonNullable<PublishedArticle['source']>): string {
  return url === null || !isMediaUrl(url) ? oneLine(name) : `[${oneLine(name)}](<${escapeDestination(url)}>)`;
}

function marked(mark: string, text: string | null): string {
  const line = oneLine(text ?? '');
  return line === '' ? '' : `${mark}${line}${mark}`;
}

/** Number signs at the end of a heading are not part of it (CommonMark, 4.2) unless they are escaped. */
function titled(mark: string, text: string | null): string {
  const line = oneLine(text ?? '').replace(/(^|\s)(#+)$/, '$1\\$2');
  return line === '' ? '' : `${mark} ${line}`;
}

function oneLine(text: string): string {
  return escapeMarkdown(text.replace(/\s+/g, ' ').trim());
}
