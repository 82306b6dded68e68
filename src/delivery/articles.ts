import { AppError } from '../errors.ts';
import type { Origin } from '../feeds/article-parts.ts';
import { type ArticleForm, type ArticleTask, formTypes, renderArticle } from '../feeds/render-article.ts';
import { contentHash } from '../http/content-hash.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { Threads } from '../threads.ts';
import { movedTo, type Rendered } from './cache.ts';
import type { Composer } from './compose.ts';
import { pick } from './pick.ts';
import { documentOf, type Publication, type Publications } from './publications.ts';
import type { ArticleQuery, Render } from './query.ts';
import { renderSections, type SectionsTask } from './render-sections.ts';
import type { Resolve } from './resolve.ts';

export type Articles = ReturnType<typeof createArticles>;

type Deps = {
  publications: Publications;
  composer: Composer;
  resolve: Resolve;
  site: () => SiteSettings;
  threads: Pick<Threads, 'run'>;
};

const json = 'application/json; charset=utf-8';

/** From so many letters of JSON on, three or four times a usual article, a thread puts it into other forms. */
const longDocument = 25_000;
const formsModule = new URL('../feeds/render-article.ts', import.meta.url);
const sectionsModule = new URL('./render-sections.ts', import.meta.url);

/** Published articles as finished answers. */
export function createArticles({ publications, composer, resolve, site, threads }: Deps) {
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

  async function asJson(publication: Publication, query: ArticleQuery): Promise<Rendered> {
    const display = composer.displayFor(query.display);
    const { body, hash } = composer.compose(publication, display);
    const { render: form, fields } = query;
    const whole = form === undefined ? body : await inSections(body, { form, show: 'article' });
    const shown = pick(whole, fields);
    return {
      ...about(publication),
      body: shown,
      contentType: json,
      hash: shown === body ? hash() : contentHash(shown),
      ...(Object.values(query).every((wish) => wish === undefined) ? { varies: 'accept' as const } : {}),
    };
  }

  async function inForm(form: ArticleForm, publication: Publication, origin: Origin): Promise<Rendered> {
    const task: ArticleTask = { form, document: composer.composeText(publication), site: site(), origin };
    const text = isLong(task)
      ? await threads.run<ArticleTask, string>(formsModule, 'renderArticle', task)
      : renderArticle(task);
    return { ...about(publication), body: Buffer.from(text), contentType: formTypes[form] };
  }

  return {
    find,

    /** What is answered of a publication, wherever it comes from. */
    show: (publication: Publication, query: ArticleQuery, origin: Origin): Promise<Rendered> =>
      query.format === undefined || query.format === 'json'
        ? asJson(publication, query)
        : inForm(query.format, publication, origin),

    async render(reference: string, search: string, query: ArticleQuery): Promise<Rendered> {
      const { publication, moved } = await find(reference, '', search);
      return moved ?? asJson(publication, query);
    },

    /** The article in a form other than its JSON; `varies` where Accept has asked for it. */
    async renderForm(
      form: ArticleForm,
      reference: string,
      search: string,
      { origin, ...rest }: { origin: Origin; varies?: 'accept' },
    ): Promise<Rendered> {
      const { publication, moved } = await find(reference, '', search);
      return moved ?? { ...(await inForm(form, publication, origin)), ...rest };
    },

    async renderSections(reference: string, search: string, form: Render): Promise<Rendered> {
      const { publication, moved } = await find(reference, '/sections', search);
      if (moved) return moved;
      const body = await inSections(documentOf(publication), { form, show: 'sections' });
      return { ...about(publication), body, contentType: json };
    },

    async renderSection(reference: string, sectionId: string, search: string, form: Render): Promise<Rendered> {
      const { publication, moved } = await find(reference, `/sections/${sectionId}`, search);
      if (moved) return moved;
      const body = await inSections(documentOf(publication), { form, show: { id: sectionId } });
      return { ...about(publication), body, contentType: json };
    },
  };

  async function inSections(document: Buffer, rest: Omit<SectionsTask, 'document'>): Promise<Buffer> {
    const task = { document: document.toString(), ...rest };
    const text = isLong(task)
      ? await threads.run<SectionsTask, string | null>(sectionsModule, 'renderSections', task)
      : renderSections(task);
    if (text === null) throw new AppError('not-found');
    return Buffer.from(text);
  }

  function about(publication: Publication) {
    return {
      tags: composer.tagsOf(publication),
      headers: {
        'content-language': publication.locale,
        // Search engines find these addresses, too, and most of the forms have no place to say it in (Google, X-Robots-Tag).
        ...(publication.refs.noIndex ? { 'x-robots-tag': 'noindex' } : {}),
      },
    };
  }
}

function isLong({ document }: { document: string }): boolean {
  return document.length > longDocument;
}
