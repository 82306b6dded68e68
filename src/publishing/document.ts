import { localeDirection } from '../arabic/direction.ts';
import { countWords, readingMinutes } from '../arabic/reading.ts';
import type { SectionRow } from '../articles/section-rows.ts';
import type { ArticleRow } from '../articles/working-copy.ts';
import { toUtf8 } from '../code-units.ts';
import type { CardImage } from '../delivery/schemas.ts';
import { contentHash } from '../http/content-hash.ts';
import { bodyJson } from '../portable-text/body-json.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { textsOf } from '../search/texts.ts';

/**
 * What a publication stores: bytes that are sent as they are, with the hashes that stand for them in ETags. The document
 * is the card with `rest` behind it, so that nothing is stored twice.
 */
export type PublicationBytes = {
  card: Buffer;
  cardHash: string;
  rest: Buffer;
  documentHash: string;
};

/** What a document says, beside the names that may change. */
export type Documented = {
  article: Pick<
    ArticleRow,
    | ('id' | 'slug' | 'locale' | 'headline' | 'kicker' | 'lead' | 'sourceName' | 'sourceUrl')
    | ('dateline' | 'urgency' | 'seo' | 'custom')
  >;
  sections: readonly Pick<SectionRow, 'id' | 'anchor' | 'heading' | 'body'>[];
};

/**
 * The public form of a working copy, as JSON bytes of everything that only publishing changes. Names of authors,
 * category and tags and the comment count live elsewhere and are put in front when it is read.
 */
export function buildDocument(
  copy: Documented,
  publishedAt: Date,
  updatedAt: Date,
  texts = textsOf(copy),
): PublicationBytes {
  const { article } = copy;
  const words = countWords([texts.headline, texts.lead, texts.headings, texts.body].join('\n'));
  const summary = {
    id: article.id,
    slug: article.slug,
    locale: article.locale,
    dir: localeDirection(article.locale),
    headline: article.headline,
    kicker: article.kicker,
    lead: article.lead,
    source: article.sourceName === null ? null : { name: article.sourceName, url: article.sourceUrl },
    dateline: article.dateline,
    urgency: article.urgency,
    wordCount: words,
    readingMinutes: readingMinutes(words),
    publishedAt: publishedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
  const sections = copy.sections.map(
    ({ id, anchor, heading, body }) =>
      `${JSON.stringify({ id, anchor, heading }).slice(0, -1)},"body":${bodyJson(body)}}`,
  );
  const others = JSON.stringify({ seo: article.seo, custom: article.custom ?? {} });
  const rest = toUtf8(`{"sections":[${sections}],${others.slice(1)}`);
  const told = JSON.stringify(summary);
  const card = toUtf8(`${told.slice(0, -1)},"image":${JSON.stringify(pictureOf(copy.sections))}}`);
  // The picture is in the sections already, and cards of before have none: docs/decisions/0026.
  const documentHash = contentHash(joinDocument(toUtf8(told), rest));
  return { card, cardHash: contentHash(card), rest, documentHash };
}

/** What a teaser shows: the first picture of the sections, outside of tables. */
function pictureOf(sections: Documented['sections']): CardImage | null {
  for (const { body } of sections)
    for (const block of body as PortableText)
      if (block._type === 'image') {
        const { url, alt = null, credit = null, width = null, height = null } = block;
        return { url, alt, credit, width, height };
      }
  return null;
}

/** One JSON object of the members of two, neither of which is empty. */
export function joinDocument(card: Buffer, rest: Buffer): Buffer {
  const document = Buffer.allocUnsafe(card.length + rest.length - 1);
  card.copy(document);
  continueWith(rest, document, card.length);
  return document;
}

/** Writes the members of `rest` into a buffer whose object ends at `end`: they go on where its brace was. */
export function continueWith(rest: Buffer, into: Buffer, end: number): void {
  into[end - 1] = comma;
  rest.copy(into, end, 1);
}

const comma = 0x2c;
