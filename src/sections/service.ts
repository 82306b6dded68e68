import { localeDirection } from '../arabic/direction.ts';
import { slugify } from '../arabic/slug.ts';
import { createArticleRepository } from '../articles/repository.ts';
import type { SectionRow } from '../articles/section-rows.ts';
import { owned } from '../articles/service.ts';
import { type ArticleRow, demandNotKilled, loadWorkingCopies, lockArticle } from '../articles/working-copy.ts';
import type { Audit } from '../audit/audit.ts';
import { type Actor, demandArticleEdit, mayReadArticle } from '../auth/permissions.ts';
import type { Database, Reader, Tx } from '../db/database.ts';
import { AppError, fieldError } from '../errors.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import type { Likeness } from '../likeness/likeness.ts';
import type { ReadBody } from '../portable-text/body-input.ts';
import type { PortableText } from '../portable-text/schema.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { uuid } from '../uuid.ts';
import { assertChanged, demandVersion } from '../versioned.ts';
import type { Work } from '../work.ts';
import { deriveAnchor, prepareBody, storedBytes, takenAnchor, tooMuchText } from './prepare.ts';
import { createSectionRepository } from './repository.ts';
import {
  maxAnchorLetters,
  maxSections,
  maxStoredBytes,
  type SavedSection,
  type Section,
  type SectionCreate,
  type SectionPatch,
} from './schemas.ts';

export type SectionService = ReturnType<typeof createSectionService>;
export type SectionDeps = {
  db: Database;
  clock: () => Date;
  audit: Audit;
  likeness: Likeness;
  readBody: ReadBody;
  index: SearchIndex;
};

/** The sections of an article in order, with the version of that list. */
export type SectionList = { sections: Section[]; version: number };

/**
 * What editors may do with the sections of an article. Each has its own version; the list of them has one too, which
 * changes when sections come, go or move. Every change locks the article first, so changes of one list never cross.
 */
export function createSectionService({ db, clock, audit, likeness, readBody, index }: SectionDeps) {
  const { tables } = db;
  const repository = createSectionRepository(tables);
  const articles = createArticleRepository(tables);

  async function readable(read: Reader, actor: Actor, articleId: string): Promise<ArticleRow> {
    const article = await articles.find(read, articleId);
    if (!article || !mayReadArticle(actor, article)) throw new AppError('not-found');
    return article;
  }

  async function lockForEdit(tx: Tx, actor: Actor, articleId: string): Promise<ArticleRow> {
    const article = await lockArticle(tx, tables, articleId);
    if (!article) throw new AppError('not-found');
    demandArticleEdit(actor, owned(article));
    demandNotKilled(article);
    return article;
  }

  /** Compares the story as it will be with `change` made. What the actor may not change is refused by the write. */
  async function compareChanged(actor: Actor, articleId: string, change: (sections: SectionText[]) => SectionText[]) {
    const article = await articles.find(db.read, articleId);
    if (!article) throw new AppError('not-found');
    const sections = change(await repository.list(db.read, articleId));
    return { ...(await likeness.compare(actor, articleId, { article, sections })), before: article };
  }

  /** Makes the article's new words findable, and remembers what it is like. */
  async function remember(tx: Tx, article: ArticleRow, compared: Awaited<ReturnType<typeof compareChanged>>) {
    const copies = await loadWorkingCopies(tx, tables, [article]);
    await index.putArticles(tx, copies);
    for (const story of copies) await likeness.replace(tx, compared, { locked: article, story });
  }

  return {
    async list(actor: Actor, articleId: string): Promise<SectionList> {
      const article = await readable(db.read, actor, articleId);
      const rows = await repository.list(db.read, articleId);
      return { sections: rows.map((row) => present(article, row)), version: article.sectionsVersion };
    },

    async get(actor: Actor, articleId: string, id: string): Promise<Section> {
      const article = await readable(db.read, actor, articleId);
      const row = await repository.find(db.read, articleId, id);
      if (!row) throw new AppError('not-found');
      return present(article, row);
    },

    async create(work: Work, articleId: string, input: SectionCreate): Promise<SavedSection> {
      const body = await prepareBody(input.body, '/body', readBody);
      const id = uuid();
      const added = { id, heading: input.heading ?? null, body };
      const compared = await compareChanged(work.actor, articleId, (sections) =>
        sections.toSpliced(input.position ?? sections.length, 0, added),
      );
      return work.write(async (tx) => {
        const article = await lockForEdit(tx, work.actor, articleId);
        const outline = await repository.outline(tx, articleId);
        if (outline.length >= maxSections) throw tooManySections();
        demandRoom(outline, body, null);
        const { position = outline.length, heading = null } = input;
        if (position > outline.length) throw beyondEnd(outline.length);
        const anchor = anchorFor(input.anchor, heading, outline);
        const at = clock();
        const row = { id, articleId, position, heading, anchor, body, version: 1, createdAt: at, updatedAt: at };
        await repository.insert(tx, row);
        await repository.touchArticle(tx, articleId, at, 'list');
        await remember(tx, article, compared);
        await audit(tx, work, 'section.created', { type: 'section', id }, { articleId });
        return { ...present(article, row), ...compared.shown };
      });
    },

    async update(
      work: Work,
      articleId: string,
      id: string,
      expected: ExpectedVersions,
      input: SectionPatch,
    ): Promise<SavedSection> {
      const body = input.body === undefined ? undefined : await prepareBody(input.body, '/body', readBody);
      const compared = await compareChanged(work.actor, articleId, (sections) =>
        sections.map((section) =>
          section.id === id
            ? { id, heading: input.heading === undefined ? section.heading : input.heading, body: body ?? section.body }
            : section,
        ),
      );
      return work.write(async (tx) => {
        const article = await lockForEdit(tx, work.actor, articleId);
        const at = clock();
        const outline = input.anchor === undefined && body === undefined ? [] : await repository.outline(tx, articleId);
        if (body) demandRoom(outline, body, id);
        const others = outline.filter((section) => section.id !== id);
        const row = await repository.update(tx, articleId, id, expected, {
          ...(input.heading === undefined ? {} : { heading: input.heading }),
          ...(input.anchor === undefined ? {} : { anchor: anchorFor(input.anchor, null, others) }),
          ...(body === undefined ? {} : { body }),
          updatedAt: at,
        });
        assertChanged(row, row ?? (await repository.find(tx, articleId, id)));
        await repository.touchArticle(tx, articleId, at, 'section');
        await remember(tx, article, compared);
        const detail = { articleId, fields: Object.keys(input) };
        await audit(tx, work, 'section.updated', { type: 'section', id }, detail);
        return { ...present(article, row), ...compared.shown };
      });
    },

    async remove(work: Work, articleId: string, id: string, expected: ExpectedVersions): Promise<void> {
      const compared = await compareChanged(work.actor, articleId, (sections) =>
        sections.filter((section) => section.id !== id),
      );
      await work.write(async (tx) => {
        const article = await lockForEdit(tx, work.actor, articleId);
        const removed = await repository.remove(tx, articleId, id, expected);
        if (!removed) assertChanged(undefined, await repository.find(tx, articleId, id));
        await repository.touchArticle(tx, articleId, clock(), 'list');
        await remember(tx, article, compared);
        await audit(tx, work, 'section.deleted', { type: 'section', id }, { articleId });
      });
    },

    /** Puts all sections into the order of `ids`, or none. `expected` is a version of the list, not of the article. */
    async reorder(
      work: Work,
      articleId: string,
      expected: ExpectedVersions,
      ids: readonly string[],
    ): Promise<SectionList> {
      return work.write(async (tx) => {
        const article = await lockForEdit(tx, work.actor, articleId);
        demandVersion(article.sectionsVersion, expected);
        const current = (await repository.list(tx, articleId)).map((section) => section.id);
        if (ids.length !== current.length || !current.every((id) => ids.includes(id))) throw otherSections();
        await repository.reorder(tx, articleId, ids);
        const version = await repository.touchArticle(tx, articleId, clock(), 'list');
        await audit(tx, work, 'sections.reordered', { type: 'article', id: articleId }, { ids });
        const rows = await repository.list(tx, articleId);
        return { sections: rows.map((row) => present(article, row)), version };
      });
    },
  };
}

type SectionText = Pick<SectionRow, 'id' | 'heading' | 'body'>;

type Outline = readonly { id: string; anchor: string; bytes: number }[];

/** The anchor that was chosen, or one made from the heading that no other section has. */
function anchorFor(chosen: string | undefined, heading: string | null, others: Outline): string {
  const taken = new Set(others.map((section) => section.anchor));
  if (chosen === undefined) return deriveAnchor(heading, taken);
  const anchor = slugify(chosen, maxAnchorLetters);
  if (taken.has(anchor)) throw takenAnchor('/anchor');
  return anchor;
}

/** Refuses a body that the article has no room for; `replacedId` is the section whose body it takes the place of. */
function demandRoom(outline: Outline, body: PortableText, replacedId: string | null): void {
  const others = outline.reduce((sum, { id, bytes }) => sum + (id === replacedId ? 0 : bytes), 0);
  if (others + storedBytes(body) > maxStoredBytes) throw tooMuchText('/body');
}

function present({ locale }: ArticleRow, row: SectionRow): Section {
  const { id, articleId, anchor, heading, position, version, createdAt, updatedAt } = row;
  const body = row.body as PortableText;
  const dir = localeDirection(locale);
  return { id, articleId, anchor, heading, position, version, body, locale, dir, createdAt, updatedAt };
}

function tooManySections(): AppError {
  return new AppError('conflict', {
    params: {
      reason: `An article has at most ${maxSections} sections.`,
      reasonAr: `الحد الأقصى لعدد أقسام المقال: ${maxSections}.`,
    },
  });
}

function beyondEnd(count: number): AppError {
  return fieldError('/position', 'beyond_end', {
    en: `The article has ${count} sections: the last place is ${count}.`,
    ar: `عدد أقسام المقال ${count}، وآخر موضع هو ${count}.`,
  });
}

function otherSections(): AppError {
  return new AppError('conflict', {
    params: {
      reason: 'These are not exactly the article’s sections: read the list again.',
      reasonAr: 'هذه ليست أقسام المقال تمامًا: أعد قراءة القائمة.',
    },
  });
}
