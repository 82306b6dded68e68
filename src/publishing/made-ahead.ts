import { fold } from '../arabic/fold.ts';
import type { WorkingCopy } from '../articles/working-copy.ts';
import { toUtf8 } from '../code-units.ts';
import { packed } from '../db/packed.ts';
import type { SiteAnalyser } from '../search/analysers.ts';
import { type Analysed, analysePublication } from '../search/search-index.ts';
import { textsOf } from '../search/texts.ts';
import { buildDocument, type Documented, type PublicationBytes } from './document.ts';

/** What a publication will consist of if nothing comes in between, made before anything is written. */
export type MadeAhead = {
  slug: string;
  publishedAt: Date;
  updatedAt: Date;
  bytes: PublicationBytes;
  analysed: Analysed;
};

/**
 * Does all that publishing computes and that needs no database: the document, packed as it is stored, and what is
 * searched in it. So that a thread of its own may do it, for imports.
 */
export function makeAhead(
  copy: Documented,
  { publishedAt, updatedAt }: { publishedAt: Date; updatedAt: Date },
  site: SiteAnalyser,
): MadeAhead {
  const { slug, sourceName } = copy.article;
  const texts = textsOf(copy);
  const { rest, ...bytes } = buildDocument(copy, publishedAt, updatedAt, texts);
  const { texts: terms, ...found } = analysePublication(site, texts, sourceName === null ? null : fold(sourceName));
  const analysed = { ...found, texts: { ...terms, body: toUtf8(terms.body) } };
  return { slug, publishedAt, updatedAt, bytes: { ...bytes, rest: packed(rest) }, analysed };
}

/** What was made ahead for a copy, unless it got another slug since, or is shown with other dates. */
export function fitting(
  { article, made }: WorkingCopy,
  shown: { publishedAt: Date; updatedAt: Date },
): MadeAhead | undefined {
  const fits =
    made?.slug === article.slug &&
    made.publishedAt.getTime() === shown.publishedAt.getTime() &&
    made.updatedAt.getTime() === shown.updatedAt.getTime();
  return fits ? made : undefined;
}
