import { sqliteKit } from './kit-sqlite.ts';
import { defineTables } from './tables.ts';

export const {
  users,
  sessions,
  apiKeys,
  loginFailures,
  settings,
  authors,
  categories,
  tags,
  articles,
  articleSlugs,
  articleAuthors,
  articleTags,
  sections,
  articleImports,
  articleLikeness,
  likenessBands,
  publications,
  publicationDocuments,
  facets,
  publicationFacets,
  publicationViews,
  comments,
  idempotencyKeys,
  auditLog,
} = defineTables(sqliteKit);
