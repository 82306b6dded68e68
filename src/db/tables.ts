import { sql } from 'drizzle-orm';
import type { Kit } from './kit-postgres.ts';

/**
 * Every table, written once and built by either engine's kit.
 *
 * Ids are UUIDv7 text made by the app; numbers, `n`, are counted by the database and name nothing outside it. Instants
 * are UTC milliseconds. Columns ending in `Key` hold a folded form that the database compares instead of what people see
 * (uniqueness of slugs, names, e-mail; alphabetical order).
 */
export function defineTables(kit: Kit) {
  const { table, text, key, integer, flag, instant, json, bytes, packed, index, uniqueIndex, primaryKey } = kit;

  const id = () => key('id').primaryKey();
  const versioned = () => ({
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  });

  const users = table(
    'users',
    {
      id: id(),
      email: text('email').notNull(),
      emailKey: key('email_key').notNull(),
      name: text('name').notNull(),
      nameKey: key('name_key').notNull(),
      role: text('role').$type<RoleName>().notNull(),
      passwordHash: text('password_hash').notNull(),
      disabled: flag('disabled').notNull(),
      ...versioned(),
    },
    (t) => [
      uniqueIndex('users_email_key').on(t.emailKey),
      index('users_created').on(t.createdAt, t.id),
      uniqueIndex('users_name_key').on(t.nameKey),
    ],
  );

  const sessions = table(
    'sessions',
    {
      id: id(),
      userId: key('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      tokenHash: key('token_hash').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
    },
    (t) => [
      uniqueIndex('sessions_token_hash').on(t.tokenHash),
      index('sessions_user').on(t.userId),
      index('sessions_expires').on(t.expiresAt),
    ],
  );

  const apiKeys = table(
    'api_keys',
    {
      id: id(),
      name: text('name').notNull(),
      role: text('role').$type<RoleName>(),
      scopes: json<string[]>('scopes'),
      secretHash: key('secret_hash').notNull(),
      hint: text('hint').notNull(),
      createdBy: key('created_by'),
      expiresAt: instant('expires_at'),
      ...versioned(),
    },
    (t) => [uniqueIndex('api_keys_secret_hash').on(t.secretHash), index('api_keys_created').on(t.createdAt, t.id)],
  );

  const loginFailures = table('login_failures', {
    subject: key('subject').primaryKey(),
    failures: integer('failures').notNull(),
    lastAt: instant('last_at').notNull(),
    lockedUntil: instant('locked_until'),
  });

  const settings = table('settings', {
    name: key('name').primaryKey(),
    value: json<unknown>('value').notNull(),
    version: integer('version').notNull().default(1),
    updatedAt: instant('updated_at').notNull(),
  });

  const authors = table(
    'authors',
    {
      n: kit.rowNumber('n'),
      id: key('id').notNull().unique('authors_id'),
      name: text('name').notNull(),
      nameKey: key('name_key').notNull(),
      sortKey: key('sort_key').notNull(),
      slug: text('slug').notNull(),
      slugKey: key('slug_key').notNull(),
      bio: text('bio'),
      avatarUrl: text('avatar_url'),
      userId: key('user_id').references(() => users.id, { onDelete: 'set null' }),
      ...versioned(),
    },
    (t) => [
      uniqueIndex('authors_slug_key').on(t.slugKey),
      index('authors_sort').on(t.sortKey, t.id),
      index('authors_name_key').on(t.nameKey),
      index('authors_user').on(t.userId),
    ],
  );

  const categories = table(
    'categories',
    {
      id: id(),
      parentId: key('parent_id'),
      name: text('name').notNull(),
      sortKey: key('sort_key').notNull(),
      slug: text('slug').notNull(),
      slugKey: key('slug_key').notNull(),
      description: text('description'),
      ...versioned(),
    },
    (t) => [
      kit.foreignKey({ name: 'categories_parent_fk', columns: [t.parentId], foreignColumns: [t.id] }),
      uniqueIndex('categories_slug_key').on(t.slugKey),
      index('categories_sort').on(t.sortKey, t.id),
      index('categories_parent').on(t.parentId),
    ],
  );

  const tags = table(
    'tags',
    {
      n: kit.rowNumber('n'),
      id: key('id').notNull().unique('tags_id'),
      name: text('name').notNull(),
      sortKey: key('sort_key').notNull(),
      slug: text('slug').notNull(),
      slugKey: key('slug_key').notNull(),
      description: text('description'),
      ...versioned(),
    },
    (t) => [uniqueIndex('tags_slug_key').on(t.slugKey), index('tags_sort').on(t.sortKey, t.id)],
  );

  // Where categories, tags and authors were before. Who has a slug now goes first; then who left it last and is still there.
  const formerTermSlugs = table(
    'former_term_slugs',
    {
      kind: key('kind').$type<TermKind>().notNull(),
      slugKey: key('slug_key').notNull(),
      slug: text('slug').notNull(),
      termId: key('term_id').notNull(),
      leftAt: instant('left_at').notNull(),
    },
    (t) => [
      primaryKey({ name: 'former_term_slugs_pk', columns: [t.kind, t.slugKey, t.termId] }),
      index('former_term_slugs_term').on(t.termId),
    ],
  );

  const articles = table(
    'articles',
    {
      // The article's number, by which what is plentiful names it in fewer bytes than by its id.
      n: kit.rowNumber('n'),
      id: key('id').notNull().unique('articles_id'),
      externalId: key('external_id'),
      status: text('status').$type<ArticleStatus>().notNull(),
      headline: text('headline').notNull(),
      kicker: text('kicker'),
      lead: text('lead'),
      slug: text('slug').notNull(),
      locale: text('locale').notNull(),
      sourceName: text('source_name'),
      sourceUrl: text('source_url'),
      dateline: text('dateline'),
      urgency: integer('urgency'),
      categoryId: key('category_id').references(() => categories.id),
      seo: json<Seo | null>('seo'),
      commentMode: text('comment_mode').$type<CommentMode>(),
      custom: json<Record<string, unknown> | null>('custom'),
      createdBy: key('created_by'),
      publishedAt: instant('published_at'),
      sectionsVersion: integer('sections_version').notNull().default(1),
      ...versioned(),
    },
    (t) => [
      uniqueIndex('articles_external_id').on(t.externalId),
      index('articles_updated').on(t.updatedAt, t.id),
      index('articles_status_updated').on(t.status, t.updatedAt, t.id),
      index('articles_category_updated').on(t.categoryId, t.updatedAt, t.id),
      index('articles_created_by').on(t.createdBy, t.updatedAt, t.id),
    ],
  );

  // Current and former slugs in one table: the primary key makes one slug mean one article, for ever.
  const articleSlugs = table(
    'article_slugs',
    {
      slugKey: key('slug_key').primaryKey(),
      slug: text('slug').notNull(),
      articleId: key('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      wasPublic: flag('was_public').notNull(),
      createdAt: instant('created_at').notNull(),
    },
    (t) => [index('article_slugs_article').on(t.articleId)],
  );

  const articleAuthors = table(
    'article_authors',
    {
      articleN: integer('article_n')
        .notNull()
        .references(() => articles.n, { onDelete: 'cascade' }),
      position: integer('position').notNull(),
      authorN: integer('author_n')
        .notNull()
        .references(() => authors.n),
      role: text('role').notNull(),
    },
    (t) => [
      primaryKey({ name: 'article_authors_pk', columns: [t.articleN, t.position] }),
      index('article_authors_author').on(t.authorN, t.articleN),
    ],
  );

  const articleTags = table(
    'article_tags',
    {
      articleN: integer('article_n')
        .notNull()
        .references(() => articles.n, { onDelete: 'cascade' }),
      position: integer('position').notNull(),
      tagN: integer('tag_n')
        .notNull()
        .references(() => tags.n),
    },
    (t) => [
      primaryKey({ name: 'article_tags_pk', columns: [t.articleN, t.position] }),
      index('article_tags_tag').on(t.tagN, t.articleN),
    ],
  );

  // A body that readers see just so is in the publication's document and nowhere else: here it is null then.
  const sections = table(
    'sections',
    {
      id: key('id').notNull(),
      articleId: key('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      position: integer('position').notNull(),
      heading: text('heading'),
      anchor: key('anchor').notNull(),
      body: packed('body'),
      bytes: integer('bytes').notNull(),
      ...versioned(),
    },
    // An article has few sections: by its id they are all found at once.
    (t) => [primaryKey({ name: 'sections_pk', columns: [t.articleId, t.anchor] })],
  );

  // Digests of the lines that articles were imported from: the same line again finds its own and changes nothing, not
  // even what editors have made of the article since.
  const articleImports = table('article_imports', {
    articleId: key('article_id')
      .primaryKey()
      .references(() => articles.id, { onDelete: 'cascade' }),
    digest: text('digest').notNull(),
  });

  // What working copies of the last days are alike by: a fingerprint each, and its parts for finding others by index.
  const articleLikeness = table('article_likeness', {
    articleId: key('article_id')
      .primaryKey()
      .references(() => articles.id, { onDelete: 'cascade' }),
    print: text('print').notNull(),
    at: instant('at').notNull(),
  });

  const likenessBands = table(
    'likeness_bands',
    {
      band: key('band').notNull(),
      articleId: key('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      at: instant('at').notNull(),
    },
    (t) => [
      primaryKey({ name: 'likeness_bands_pk', columns: [t.band, t.articleId] }),
      index('likeness_bands_article').on(t.articleId),
    ],
  );

  // What the public API lists and sorts by; the documents themselves are apart, so that lists and counters stay small.
  // `n` is the publication's place in lists and in the search index: never given twice, and lost by unpublishing.
  const publications = table(
    'publications',
    {
      n: kit.serial('n'),
      articleId: key('article_id')
        .notNull()
        .references(() => articles.id),
      revision: integer('revision').notNull(),
      slug: text('slug').notNull(),
      locale: key('locale').notNull(),
      categoryId: key('category_id').references(() => categories.id),
      sourceKey: key('source_key'),
      urgency: integer('urgency'),
      publishedAt: instant('published_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      commentMode: text('comment_mode').$type<CommentMode>(),
      commentCount: integer('comment_count').notNull(),
      views24h: integer('views_24h').notNull().default(0),
      views7d: integer('views_7d').notNull().default(0),
      refs: json<PublicationRefs>('refs').notNull(),
      card: bytes('card').notNull(),
      cardHash: text('card_hash').notNull(),
    },
    (t) => [
      uniqueIndex('publications_article').on(t.articleId),
      index('publications_published').on(t.publishedAt, t.n),
      index('publications_updated').on(t.updatedAt, t.publishedAt, t.n),
      index('publications_comments').on(t.commentCount, t.publishedAt, t.n),
      index('publications_views_24h').on(t.views24h, t.publishedAt, t.n),
      index('publications_views_7d').on(t.views7d, t.publishedAt, t.n),
      index('publications_category').on(t.categoryId),
    ],
  );

  const publicationDocuments = table('publication_documents', {
    n: integer('n')
      .primaryKey()
      .references(() => publications.n, { onDelete: 'cascade' }),
    /** What the card does not say already; `joinDocument` makes the document of both. */
    rest: packed('rest').notNull(),
    documentHash: text('document_hash').notNull(),
  });

  // What lists are filtered by, each with a small number: a category, tag or author, or a text such as `locale:ar`.
  const facets = table(
    'facets',
    {
      id: kit.serial('id'),
      categoryId: key('category_id').references(() => categories.id),
      tagId: key('tag_id').references(() => tags.id),
      authorId: key('author_id').references(() => authors.id),
      text: key('text'),
    },
    (t) => [
      uniqueIndex('facets_category').on(t.categoryId),
      uniqueIndex('facets_tag').on(t.tagId),
      uniqueIndex('facets_author').on(t.authorId),
      uniqueIndex('facets_text').on(t.text),
    ],
  );

  // Which publications have a facet, in the order of time. It names no publication by reference: a reference would need
  // an index as large as the table, and whoever removes a publication knows its facets.
  const publicationFacets = table(
    'publication_facets',
    {
      facet: integer('facet')
        .notNull()
        .references(() => facets.id),
      publishedAt: instant('published_at').notNull(),
      n: integer('n').notNull(),
    },
    (t) => [primaryKey({ name: 'publication_facets_pk', columns: [t.facet, t.publishedAt, t.n] })],
  );

  // How often publications were read, by the hour since 1970.
  const publicationViews = table(
    'publication_views',
    {
      n: integer('n')
        .notNull()
        .references(() => publications.n, { onDelete: 'cascade' }),
      hour: integer('hour').notNull(),
      views: integer('views').notNull(),
    },
    (t) => [
      primaryKey({ name: 'publication_views_pk', columns: [t.n, t.hour] }),
      index('publication_views_hour').on(t.hour, t.n),
    ],
  );

  const comments = table(
    'comments',
    {
      // The comment's number, which is its place in the search index.
      n: kit.rowNumber('n'),
      id: key('id').notNull().unique('comments_id'),
      articleN: integer('article_n')
        .notNull()
        .references(() => articles.n),
      parentId: key('parent_id'),
      threadId: key('thread_id').notNull(),
      depth: integer('depth').notNull(),
      status: text('status').$type<CommentStatus>().notNull(),
      body: text('body').notNull(),
      authorName: text('author_name').notNull(),
      authorEmail: text('author_email'),
      links: integer('links').notNull(),
      // The quarter of a day that it came in, counted from 1970 (comments/words.ts).
      period: integer('period').notNull(),
      // What it says: the same words sent twice at once meet in the unique index. Null where nobody shall be refused for it.
      fingerprint: key('fingerprint'),
      // How many of the comments below it are approved, so that a page of threads needs no counting.
      approvedReplies: integer('approved_replies').notNull(),
      ...versioned(),
    },
    (t) => [
      kit.foreignKey({ name: 'comments_parent_fk', columns: [t.parentId], foreignColumns: [t.id] }),
      index('comments_threads')
        .on(t.articleN, t.createdAt, t.id)
        .where(sql`depth = 0 and (status = 'approved' or approved_replies > 0)`),
      index('comments_replies')
        .on(t.threadId, t.createdAt, t.id)
        .where(sql`depth > 0 and (status = 'approved' or approved_replies > 0)`),
      // Every new comment changes these: they are small without ids, and those of one moment, or of one period, are
      // sorted when read.
      index('comments_status').on(t.status, t.createdAt),
      index('comments_created').on(t.createdAt),
      uniqueIndex('comments_article').on(t.articleN, t.period, t.fingerprint),
    ],
  );

  const idempotencyKeys = table(
    'idempotency_keys',
    {
      scope: key('scope').notNull(),
      key: key('key').notNull(),
      requestHash: text('request_hash').notNull(),
      status: integer('status').notNull(),
      headers: json<Record<string, string>>('headers').notNull(),
      body: text('body').notNull(),
      createdAt: instant('created_at').notNull(),
    },
    (t) => [
      primaryKey({ name: 'idempotency_keys_pk', columns: [t.scope, t.key] }),
      index('idempotency_keys_created').on(t.createdAt),
    ],
  );

  // Work that is done now and then, by one process at a time: claimed until when, and last done when.
  const jobs = table('jobs', {
    name: key('name').primaryKey(),
    lockedUntil: instant('locked_until'),
    lastRunAt: instant('last_run_at'),
  });

  const auditLog = table(
    'audit_log',
    {
      id: id(),
      at: instant('at').notNull(),
      actorKind: text('actor_kind').$type<ActorKind>().notNull(),
      actorId: key('actor_id'),
      action: text('action').notNull(),
      subjectType: text('subject_type').notNull(),
      subjectId: key('subject_id').notNull(),
      requestId: text('request_id'),
      detail: json<Record<string, unknown> | null>('detail'),
    },
    (t) => [
      index('audit_log_at').on(t.at, t.id),
      index('audit_log_subject').on(t.subjectType, t.subjectId, t.at),
      // Before the narrower two: of ways that look equally good to an engine it may take the first.
      index('audit_log_actor_action').on(t.actorId, t.action, t.at, t.id),
      index('audit_log_actor').on(t.actorId, t.at, t.id),
      index('audit_log_action').on(t.action, t.at, t.id),
    ],
  );

  return {
    users,
    sessions,
    apiKeys,
    loginFailures,
    settings,
    authors,
    categories,
    tags,
    formerTermSlugs,
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
    jobs,
    auditLog,
  };
}

export type Tables = ReturnType<typeof defineTables>;

export type ActorKind = 'user' | 'key' | 'system' | 'reader';
export type RoleName = 'contributor' | 'author' | 'editor' | 'moderator' | 'admin';
export type TermKind = 'category' | 'tag' | 'author';
export type ArticleStatus = 'draft' | 'published' | 'unpublished' | 'killed';
export type CommentMode = 'pre' | 'post' | 'closed';
export type CommentStatus = 'pending' | 'approved' | 'rejected' | 'spam' | 'deleted';
export type Seo = { title?: string; description?: string; canonicalUrl?: string; noIndex?: boolean };
/** `noIndex` and `canonicalUrl` are there only for articles that say so: sitemaps ask them. */
export type PublicationRefs = {
  authors: { id: string; role: string }[];
  tags: string[];
  noIndex?: true;
  canonicalUrl?: string;
};
