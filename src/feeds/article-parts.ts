import type { PublishedArticle } from '../delivery/schemas.ts';
import { escapeHtml } from '../escape-html.ts';
import { ownDirection } from '../portable-text/own-direction.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toHtml } from '../portable-text/to-html.ts';
import { toText } from '../portable-text/to-text.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { uriOf } from './uris.ts';

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
      const { alt = '', caption = '', credit = '', width, height } = block;
      const url = uriOf(block.url);
      if (url === null) return [];
      return [{ url, alt, caption, credit, ...(width ? { width } : {}), ...(height ? { height } : {}) }];
    }),
  );
}

/** The whole body as HTML to be read elsewhere: sections one after another, each under its heading. */
export function bodyHtml({ sections }: PublishedArticle, pageUrl: string): string {
  return sections
    .map(
      ({ heading, body }) =>
        `${heading === null ? '' : `<h2${ownDirection(heading)}>${escapeText(heading)}</h2>\n`}${toHtml(body as PortableText, pageUrl)}`,
    )
    .join('');
}

/** HTML of an article in its language and direction, whatever those of the page are that it comes into. */
export function inOwnLanguage({ locale, dir }: PublishedArticle, html: string): string {
  return `<div lang="${escapeText(locale)}" dir="${dir}">${html}</div>`;
}

/** The whole body as plain text, with headings on lines of their own. */
export function bodyText({ sections }: PublishedArticle): string {
  return sections
    .map(({ heading, body }) => [heading, toText(body as PortableText)].filter(Boolean).join('\n\n'))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What an article says in a few sentences: its lead, else the beginning of its body. */
export function summaryOf(article: PublishedArticle, maxLength = 500): string {
  const text = article.lead ?? bodyText(article);
  if (text.length <= maxLength) return text;
  // Neither a word nor a letter with its marks may be cut in two.
  const cut = text.slice(0, maxLength);
  const words = cut.replace(/\s+\S*$/u, '');
  const whole = words !== cut && words.length >= maxLength / 2 ? words : wholeLetters(text, maxLength);
  return `${whole}…`;
}

function wholeLetters(text: string, maxLength: number): string {
  // Of a letter that is longer than all that there is room for, nothing is left.
  letters ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const last = letters.segment(text).containing(maxLength);
  return text.slice(0, last?.index ?? maxLength);
}

/** Made when it is needed: that takes longer than most modules take to load. */
let letters: Intl.Segmenter | undefined;

/** The address of an article's page, absolute. */
export function absoluteUrl(article: Pick<PublishedArticle, 'url'>, site: SiteSettings, origin: Origin): string {
  return new URL(article.url, site.baseUrl ?? origin).href;
}

/** A name for an article that is the same for ever, wherever the site moves (RFC 9562, RFC 4122 urn). */
export function urnOf({ id }: Pick<PublishedArticle, 'id'>): string {
  return `urn:uuid:${id}`;
}

/** Escapes text for XML and HTML, and leaves out what neither should hold. */
export function escapeText(text: string): string {
  return escapeHtml(xmlText(text));
}

/** Text without what XML 1.0 cannot hold (2.2) and what HTML calls an error: control characters and no characters. */
export function xmlText(text: string): string {
  return text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}|\p{Noncharacter_Code_Point}/gu, '');
}

/** A value as JSON whose texts hold no half of a character, which strict readers refuse (RFC 7493, 2.1). */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, member) => (typeof member === 'string' ? member.toWellFormed() : member));
}

function bodiesOf({ sections }: PublishedArticle): PortableText[] {
  return sections.map(({ body }) => body as PortableText);
}
