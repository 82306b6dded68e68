import type { WorkingCopy } from '../articles/working-copy.ts';
import type { Database, Tx } from '../db/database.ts';
import type { CommentStatus, PublicationRefs } from '../db/tables.ts';
import { type Analysers, createAnalysers, type SiteAnalyser } from './analysers.ts';
import { headlineWords } from './headline-words.ts';
import { postgresWriter } from './postgres-index.ts';
import { sqliteWriter } from './sqlite-index.ts';
import { adoptAnalyser, type Stage } from './state.ts';
import {
  type AnalysedTexts,
  analyseTexts,
  facetToken,
  type Terms,
  type Texts,
  termsOf,
  textsOf,
  timeTokens,
  withNames,
} from './texts.ts';

/** A publication as far as it is searched. */
export type IndexedPublication = {
  n: number;
  searched: Searched;
  source: string | null;
  refs: PublicationRefs;
  /** The numbers of its facets. */
  facets: readonly number[];
  publishedAt: Date;
};

/** What is searched of a publication, and where it was analysed before: with which analyser. */
export type Searched = { texts: () => Texts; analysed?: Analysed | undefined };
export type Analysed = { fingerprint: string; texts: AnalysedTexts; words: string[] };

/** Analyses what is searched of a publication. */
export function analysePublication(
  { analyser, fingerprint }: SiteAnalyser,
  texts: Texts,
  source: string | null,
): Analysed & { texts: { body: string } } {
  return { fingerprint, texts: analyseTexts(analyser, texts, source), words: headlineWords(texts.headline) };
}

export type IndexedComment = { n: number; body: string; authorName: string };

export type PublicationEntry = { n: number; terms: Terms; facets: string[]; words: string[] };
export type ArticleEntry = { articleId: string; terms: Terms };
export type CommentEntry = { n: number; body: string; author: string };

/** What the index of one engine writes. What was there of the same thing is replaced. */
export type IndexWriter = {
  putPublications(tx: Tx, entries: readonly PublicationEntry[]): Promise<void>;
  putArticles(tx: Tx, entries: readonly ArticleEntry[]): Promise<void>;
  putComments(tx: Tx, entries: readonly CommentEntry[]): Promise<void>;
  removeArticles(tx: Tx, articleIds: readonly string[]): Promise<void>;
  removeComments(tx: Tx, numbers: readonly number[]): Promise<void>;
  leavePieces(tx: Tx): Promise<void>;
  mergeEvenly(tx: Tx, stage: Stage, documents: number): Promise<void>;
};

export type SearchIndex = ReturnType<typeof createSearchIndex>;

/**
 * Writes the search index, in the transactions that change what is searched. An article is in it once: by its
 * publication, and by its working copy only where that says something else. What is deleted leaves the index by itself.
 */
export function createSearchIndex(
  { engine }: Pick<Database, 'engine'>,
  analysers: Pick<Analysers, 'current'> = createAnalysers(),
) {
  const writer: IndexWriter = engine === 'sqlite' ? sqliteWriter : postgresWriter;

  function commentEntry({ n, body, authorName }: IndexedComment): CommentEntry {
    const { indexText } = analysers.current().analyser;
    return { n, body: indexText(body), author: indexText(authorName) };
  }

  return {
    async putPublications(tx: Tx, publications: readonly IndexedPublication[]): Promise<void> {
      if (publications.length === 0) return;
      const site = analysers.current();
      await adoptAnalyser(tx, site);
      const entries = publications.map(({ n, searched, source, refs, facets, publishedAt }) => {
        const known = searched.analysed?.fingerprint === site.fingerprint ? searched.analysed : undefined;
        const { texts, words } = known ?? analysePublication(site, searched.texts(), source);
        const terms = withNames(texts, refs);
        return { n, terms, facets: [...facets.map(facetToken), ...timeTokens(publishedAt)], words };
      });
      await writer.putPublications(tx, entries);
    },

    /** Indexes working copies that are not published, or that were changed since. */
    async putArticles(tx: Tx, copies: readonly WorkingCopy[]): Promise<void> {
      if (copies.length === 0) return;
      const site = analysers.current();
      await adoptAnalyser(tx, site);
      const entries = copies.map((copy) => ({
        articleId: copy.article.id,
        terms: termsOf(site.analyser, textsOf(copy), copy.article.sourceName, {
          authors: copy.authors,
          tags: copy.tagIds,
        }),
      }));
      await writer.putArticles(tx, entries);
    },

    /** Indexes comments; those that are deleted leave the index. */
    async putComments(tx: Tx, comments: readonly (IndexedComment & { status: CommentStatus })[]): Promise<void> {
      const kept = comments.filter(({ status }) => status !== 'deleted');
      const deleted = comments.flatMap(({ n, status }) => (status === 'deleted' ? [n] : []));
      if (kept.length > 0) await writer.putComments(tx, kept.map(commentEntry));
      if (deleted.length > 0) await writer.removeComments(tx, deleted);
    },

    /** Indexes a comment just before the commit, with those of others that are posted in the same moment. */
    putCommentLater(tx: Tx, comment: IndexedComment): void {
      tx.share(writer.putComments, commentEntry(comment));
    },

    /**
     * Leaves what this transaction will write as pieces of the index of their own, where the engine has pieces, and merges
     * them with no others yet. For imports, which merge all of them once at their end.
     */
    leavePieces: writer.leavePieces,

    /**
     * Has this transaction merge about as much of the index as its documents make necessary. Left to itself the engine
     * merges nothing in most commits, and in one of them what a hundred documents made necessary. To be asked for before
     * they are indexed.
     */
    mergeEvenly: writer.mergeEvenly,

    removeArticles: writer.removeArticles,
    removeComments: writer.removeComments,
  };
}
