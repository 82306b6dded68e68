import type { PublishedArticle } from '../delivery/schemas.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toHtml } from '../portable-text/to-html.ts';
import { toText } from '../portable-text/to-text.ts';
import type { SiteSettings } from '../settings/schemas.ts';

/** An image of an article, in the order they stand in it. */
export type ArticleImage = {
  url: string;
  alt: string;
  caption: string;
  credit: string;
  width?: number;
  height?: number;
};

/** Where the site lives when its settings do not say: the address that the API itself was asked at. */
export type Origin = string;

export function imagesOf(article: PublishedArticle): ArticleImage[] {
  return bodiesOf(article).flatMap((body) =>
    body.flatMap((block) => {
      if (block._type !== 'image') return [];
      const { url, alt = '', caption = '', credit = '', width, height } = block;
      return [{ url, alt, caption, credit, ...(width ? { width } : {}), ...(height ? { height } : {}) }];
    }),
  );
}

/** The whole body as HTML: sections one after another, each under its heading. */
export function bodyHtml({ sections }: PublishedArticle): string {
  return sections
    .map(
      ({ heading, body }) =>
        `${heading === null ? '' : `<h2 dir="auto">${escapeText(heading)}</h2>\n`}${toHtml(body as PortableText)}`,
    )
    .join('');
}

/** The whole body as plain text, with headings on lines of their own. */
export function bodyText({ sections }: PublishedArticle): string {
  return sections
    .map(({ heading, body }) => [heading, toText(body as PortableText)].filter(Boolean).join('\n\n'))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What an article says in a few sentences: its lead, else the beginning of its body. */
export function summaryOf(article: PublishedArticle, maxLetters = 500): string {
  const text = article.lead ?? bodyText(article);
  if (text.length <= maxLetters) return text;
  const cut = text.slice(0, maxLetters);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), maxLetters / 2))}…`;
}

/** The address of an article's page, absolute. */
export function absoluteUrl(article: Pick<PublishedArticle, 'url'>, site: SiteSettings, origin: Origin): string {
  return new URL(article.url, site.baseUrl ?? origin).href;
}

/** A name for an article that is the same for ever, wherever the site moves (RFC 9562, RFC 4122 urn). */
export function urnOf({ id }: Pick<PublishedArticle, 'id'>): string {
  return `urn:uuid:${id}`;
}

/** Escapes text for XML and HTML, and leaves out what neither can hold (XML 1.0, 2.2). */
export function escapeText(text: string): string {
  return xmlText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text without the characters that XML 1.0 cannot hold. */
export function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

function bodiesOf({ sections }: PublishedArticle): PortableText[] {
  return sections.map(({ body }) => body as PortableText);
}
