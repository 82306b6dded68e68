import { contentHash } from '../http/content-hash.ts';
import type { NewsPage } from './news-page.ts';
import type { ArticleLine } from './records.ts';

/**
 * A news page as a line to import. Its headline, source and date as they are written are its name, so that the same
 * page comes in once, whatever the time zone of the site is by then, and a corrected text of it replaces the first.
 */
export function pageLine(page: NewsPage): ArticleLine {
  const { headline, source, publishedAt, date, dir, lead, sections } = page;
  const name = contentHash(JSON.stringify([headline, source, date]));
  return {
    externalId: `page:${name}`,
    headline,
    source: { name: source },
    publishedAt: publishedAt.toISOString(),
    ...(lead === null ? {} : { lead }),
    ...(dir === 'ltr' ? { locale: 'en' } : {}),
    sections: sections.map(({ heading, paragraphs }) => ({ heading, body: { text: paragraphs.join('\n\n') } })),
  };
}
