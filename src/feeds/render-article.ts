import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { Origin } from './article-parts.ts';
import { renderHtml } from './html.ts';
import { renderJsonLd } from './json-ld.ts';
import { renderMarkdown } from './markdown.ts';
import { renderNinjs } from './ninjs.ts';
import { renderPlainText } from './plain-text.ts';

/** The forms that an article can be had in beside its JSON. */
export const articleForms = ['ninjs', 'jsonld', 'html', 'markdown', 'text'] as const;
export type ArticleForm = (typeof articleForms)[number];

export const formTypes: Record<ArticleForm, string> = {
  ninjs: 'application/ninjs+json; charset=utf-8',
  jsonld: 'application/ld+json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

const renderers: Record<ArticleForm, (article: PublishedArticle, site: SiteSettings, origin: Origin) => string> = {
  ninjs: renderNinjs,
  jsonld: renderJsonLd,
  html: renderHtml,
  markdown: renderMarkdown,
  text: renderPlainText,
};

export type ArticleTask = {
  form: ArticleForm;
  /** The article's JSON. */
  document: string;
  site: SiteSettings;
  origin: Origin;
};

/** An article in a form other than its JSON. A thread may do it. */
export function renderArticle({ form, document, site, origin }: ArticleTask): string {
  return renderers[form](JSON.parse(document) as PublishedArticle, site, origin);
}
