import { AppError } from '../errors.ts';
import type { Origin } from '../feeds/article-parts.ts';
import { type ArticleForm, formTypes, renderArticle } from '../feeds/render-article.ts';
import { contentHash } from '../http/content-hash.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toHtml } from '../portable-text/to-html.ts';
import { toMarkdown } from '../portable-text/to-markdown.ts';
import { toText } from '../portable-text/to-text.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { movedTo, type Rendered } from './cache.ts';
import type { Composer } from './compose.ts';
import { pick } from './pick.ts';
import { documentOf, type Publication, type Publications } from './publications.ts';
import type { ArticleQuery, Render } from './query.ts';
import type { Resolve } from './resolve.ts';
import type { PublishedArticle } from './schemas.ts';

export type Articles = ReturnType<typeof createArticles>;

type Deps = { publications: Publications; composer: Composer; resolve: Resolve; site: () => SiteSettings };
type Section = PublishedArticle['sections'][number];

const json = 'application/json; charset=utf-8';

/** Published articles as finished answers. */
export function createArticles({ publications, composer, resolve, site }: Deps) {
  /** The article under a reference, or where it has moved. Throws AppError `not-found` or `gone`. */
  async function find(
    reference: string,
    suffix: string,
    query: string,
  ): Promise<{ publication: Publication; moved: null } | { publication: null; moved: Rendered }> {
    const publication = await publications.find(reference);
    if (publication) return { publication, moved: null };
    const { articleId, slug, isCurrent } = await resolve(reference);
    // It was published between the two queries.
    if (isCurrent) return find(reference, suffix, query);
    return {
      publication: null,
      moved: movedTo(`/v1/articles/${encodeURIComponent(slug)}${suffix}${query}`, [`article:${articleId}`]),
    };
  }

  return {
    find,

    async render(reference: string, search: string, query: ArticleQuery): Promise<Rendered> {
      const { publication, moved } = await find(reference, '', search);
      if (moved) return moved;
      const display = query.display === undefined ? composer.usualDisplay() : { locale: query.display };
      const { body, hash } = composer.compose(publication, display);
      const rendered = query.render === undefined ? body : withRendered(body, query.render);
      const shown = pick(rendered, query.fields);
      return {
        ...about(publication),
        body: shown,
        contentType: json,
        hash: shown === body ? hash() : contentHash(shown),
        ...(Object.values(query).every((wish) => wish === undefined) ? { varies: 'accept' as const } : {}),
      };
    },

    /** The article in a form other than its JSON; `varies` where Accept has asked for it. */
    async renderForm(
      form: ArticleForm,
      reference: string,
      search: string,
      { origin, ...rest }: { origin: Origin; varies?: 'accept' },
    ): Promise<Rendered> {
      const { publication, moved } = await find(reference, '', search);
      if (moved) return moved;
      const text = renderArticle(form, composer.parse(publication), site(), origin);
      return { ...about(publication), ...rest, body: Buffer.from(text), contentType: formTypes[form] };
    },

    async renderSections(reference: string, search: string, form: Render): Promise<Rendered> {
      const { publication, moved } = await find(reference, '/sections', search);
      if (moved) return moved;
      const data = sectionsOf(publication).map((section) => renderedSection(section, form));
      const body = Buffer.from(JSON.stringify({ data, page: { next: null, limit: Math.max(1, data.length) } }));
      return { ...about(publication), body, contentType: json };
    },

    async renderSection(reference: string, sectionId: string, search: string, form: Render): Promise<Rendered> {
      const { publication, moved } = await find(reference, `/sections/${sectionId}`, search);
      if (moved) return moved;
      const section = sectionsOf(publication).find(({ id }) => id === sectionId.toLowerCase());
      if (!section) throw new AppError('not-found');
      const body = Buffer.from(JSON.stringify(renderedSection(section, form)));
      return { ...about(publication), body, contentType: json };
    },
  };

  function about(publication: Publication) {
    return {
      tags: composer.tagsOf(publication),
      headers: { 'content-language': publication.locale },
    };
  }
}

function withRendered(body: Buffer, form: NonNullable<Render>): Buffer {
  const article = JSON.parse(body.toString()) as PublishedArticle;
  const sections = article.sections.map((section) => renderedSection(section, form));
  return Buffer.from(JSON.stringify({ ...article, sections }));
}

function renderedSection(section: Section, form: Render): Section {
  const body = section.body as PortableText;
  if (form === 'html') return { ...section, html: toHtml(body) };
  if (form === 'markdown') return { ...section, markdown: toMarkdown(body) };
  return form === 'text' ? { ...section, text: toText(body) } : section;
}

function sectionsOf(publication: Publication): Section[] {
  return (JSON.parse(documentOf(publication).toString()) as PublishedArticle).sections;
}
