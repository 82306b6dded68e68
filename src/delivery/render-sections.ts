import type { PortableText } from '../portable-text/schema.ts';
import { toHtml } from '../portable-text/to-html.ts';
import { toMarkdown } from '../portable-text/to-markdown.ts';
import { toText } from '../portable-text/to-text.ts';
import type { Render } from './query.ts';
import type { PublishedArticle } from './schemas.ts';

export type SectionsTask = {
  /** The JSON of an article. */
  document: string;
  /** The form that the bodies of its sections get beside Portable Text. */
  form: Render;
  /** All of the article, all of its sections as a page, or one of them. */
  show: 'article' | 'sections' | { id: string };
};

type Section = PublishedArticle['sections'][number];

/** What is to be shown of an article, as JSON; null where it has no such section. A thread may do it. */
export function renderSections({ document, form, show }: SectionsTask): string | null {
  const article = JSON.parse(document) as PublishedArticle;
  if (typeof show === 'object') {
    const section = article.sections.find(({ id }) => id === show.id);
    return section ? JSON.stringify(withForm(section, form)) : null;
  }
  const sections = article.sections.map((section) => withForm(section, form));
  if (show === 'article') return JSON.stringify({ ...article, sections });
  return JSON.stringify({ data: sections, page: { next: null, limit: Math.max(1, sections.length) } });
}

function withForm(section: Section, form: Render): Section {
  const body = section.body as PortableText;
  if (form === 'html') return { ...section, html: toHtml(body) };
  if (form === 'markdown') return { ...section, markdown: toMarkdown(body) };
  return form === 'text' ? { ...section, text: toText(body) } : section;
}
