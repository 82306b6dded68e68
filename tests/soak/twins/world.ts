import { slugKey } from '../../../src/arabic/slug.ts';
import type { Answer, Request } from './twins.ts';

export const kinds = ['categories', 'tags', 'authors'] as const;
export type Kind = (typeof kinds)[number];
export type Term = { id: string; name: string; slug: string; parentId: string | null; etag: string };

/** What of an article lists are made of. */
export type Listed = {
  slug: string;
  headline: string;
  locale: string;
  source: string | null;
  urgency: number | null;
  category: string | null;
  tags: string[];
  authors: string[];
};
export type Line = { externalId: string; status?: string };
export type Story = {
  id: string;
  etag: string;
  status: 'draft' | 'published' | 'unpublished' | 'killed';
  /** Numbers are given as publications come; they decide where times are the same. */
  order: number;
  sections: { id: string; version: number }[];
  copy: Listed;
  publication: (Listed & { publishedAt: number; updatedAt: number }) | null;
  /** Folded slugs that readers have seen. */
  publicSlugs: Set<string>;
};
export type Said = {
  id: string;
  articleId: string;
  parentId: string | null;
  status: string;
  createdAt: number;
  etag: string;
};

/** What a newsroom should be like after what it was sent: told by its answers to writes alone. */
export class World {
  stories = new Map<string, Story>();
  terms: Record<Kind, Map<string, Term>> = { categories: new Map(), tags: new Map(), authors: new Map() };
  comments = new Map<string, Said>();
  timeZone = 'Asia/Damascus';
  siteEtag = '"v0"';
  searchEtag = '"v0"';
  /** What was there and is not any more, to ask for it all the same. */
  gone: string[] = [];
  slugs = new Set<string>();
  private made = 0;

  /** Takes note of what was done; refused requests change nothing. */
  learn({ method, url }: Request, { status, headers, body }: Answer): void {
    if (status >= 300 || headers['idempotency-replayed']) return;
    const [, , , collection = '', id = '', action = ''] = url.split('/');
    const etag = headers.etag ?? '';
    if (/^\/v1\/articles\/.*\/comments$/.test(url)) this.hear({ ...body, etag });
    else if (collection === 'settings' && id === 'search') this.searchEtag = etag;
    else if (collection === 'settings') [this.siteEtag, this.timeZone] = [etag, body.timeZone];
    else if (collection === 'comments' && method === 'DELETE')
      this.hear({ ...(this.comments.get(id) as Said), status: 'deleted' });
    else if (collection === 'comments') this.hear({ ...body, articleId: body.article.id, etag });
    else if (isKind(collection)) this.learnTerm(collection, id, method === 'DELETE' ? null : { ...body, etag });
    else if (collection === 'articles' && action === '' && method === 'DELETE') this.forget(id);
    else if (collection === 'articles' && action === '') this.learnCopy(body, etag);
    else if (action === 'publish') this.publish(id, body);
    else if (action === 'unpublish' || action === 'kill') this.withdraw(id, body);
  }

  /** Takes a working copy as an answer shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: a body as it was answered
  learnCopy(body: any, etag: string): Story {
    const copy = listedOf(body);
    const known = this.stories.get(body.id) ?? {
      order: ++this.made,
      publication: null,
      publicSlugs: new Set<string>(),
    };
    const sections = body.sections.map(({ id, version }: Story['sections'][number]) => ({ id, version }));
    const story: Story = { ...known, id: body.id, etag, status: body.status, sections, copy };
    this.stories.set(body.id, story);
    this.slugs.add(body.slug);
    return story;
  }

  private publish(id: string, at: { publishedAt: string; updatedAt: string }, shown?: Listed): void {
    const story = this.stories.get(id) as Story;
    const listed = shown ?? story.copy;
    story.status = 'published';
    if (!story.publication) story.order = ++this.made;
    story.publicSlugs.add(slugKey(listed.slug));
    story.publication = { ...listed, publishedAt: Date.parse(at.publishedAt), updatedAt: Date.parse(at.updatedAt) };
    this.slugs.add(listed.slug);
  }

  private withdraw(id: string, { status }: { status: Story['status'] }): void {
    const story = this.stories.get(id) as Story;
    story.status = status;
    story.publication = null;
  }

  private forget(id: string): void {
    this.stories.delete(id);
    for (const said of [...this.comments.values()]) if (said.articleId === id) this.comments.delete(said.id);
    this.gone.push(id);
  }

  private learnTerm(kind: Kind, id: string, term: Term | null): void {
    if (term) this.terms[kind].set(term.id, { ...term, parentId: term.parentId ?? null });
    else if (this.terms[kind].delete(id)) this.gone.push(id);
    if (term) this.slugs.add(term.slug);
  }

  private hear(said: Omit<Said, 'createdAt'> & { createdAt: string | number }): void {
    const { id, articleId, parentId, status, etag } = said;
    const createdAt = typeof said.createdAt === 'string' ? Date.parse(said.createdAt) : said.createdAt;
    this.comments.set(id, { id, articleId, parentId, status, createdAt, etag });
  }

  /** Reads again what an import may have changed, which does not say what it did. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  async relearn(lines: readonly Line[], read: (url: string) => Promise<{ etag: string; body: any }>): Promise<void> {
    const all = async (list: string) => {
      const data = [];
      for (let cursor = ''; ; ) {
        const { body } = await read(`/v1/editorial/${list}?limit=100${cursor}`);
        data.push(...body.data);
        if (body.page.next === null) return data;
        cursor = `&cursor=${body.page.next}`;
      }
    };
    for (const kind of kinds)
      for (const term of await all(kind)) this.learnTerm(kind, term.id, { ...term, etag: `"v${term.version}"` });
    const published = lines.filter(({ status }) => status === 'published').map(({ externalId }) => externalId);
    const place = (externalId: string) => published.indexOf(externalId);
    // In the order in which they were published.
    const found = (await all('articles')).sort((a, b) => place(a.externalId) - place(b.externalId));
    for (const { id } of found) {
      const { body, etag } = await read(`/v1/editorial/articles/${id}`);
      const isNew = this.stories.get(id)?.etag !== etag;
      const { copy } = this.learnCopy(body, etag);
      if (!isNew || !body.publication) continue;
      // A later line may have changed the working copy only.
      const shown = body.publication.isCurrent ? copy : listedOf((await read(`/v1/articles/${id}`)).body);
      this.publish(id, body.publication, shown);
    }
  }

  /** What readers can find, in no order. */
  published(): (Story & { publication: NonNullable<Story['publication']> })[] {
    return [...this.stories.values()].flatMap((story) =>
      story.publication ? [{ ...story, publication: story.publication }] : [],
    );
  }

  approvedOn(articleId: string): number {
    return [...this.comments.values()].filter((said) => said.articleId === articleId && said.status === 'approved')
      .length;
  }

  /** A category and all below it. */
  subtree(id: string): Set<string> {
    const found = new Set([id]);
    for (const below of found)
      for (const term of this.terms.categories.values()) if (term.parentId === below) found.add(term.id);
    return found;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an article as it was answered
function listedOf({ slug, headline, locale, urgency, source, category, tags, authors }: any): Listed {
  const ids = (named: { id: string }[]) => named.map(({ id }) => id);
  return {
    ...{ slug, headline, locale, urgency, tags: ids(tags), authors: ids(authors) },
    ...{ source: source?.name ?? null, category: category?.id ?? null },
  };
}

function isKind(name: string): name is Kind {
  return (kinds as readonly string[]).includes(name);
}
