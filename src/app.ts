import type { FastifyServerOptions, RouteOptions } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { articleRoutes } from './articles/routes.ts';
import { createArticleService } from './articles/service.ts';
import { createAudit } from './audit/audit.ts';
import { auditRoutes } from './audit/routes.ts';
import { createAuditLog } from './audit/service.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { actorHook, demandPermission } from './auth/hook.ts';
import { keyRoutes } from './auth/key-routes.ts';
import { createKeyService } from './auth/key-service.ts';
import { createLoginGuard } from './auth/login-guard.ts';
import { createPasswords, type PasswordCost } from './auth/passwords.ts';
import { meRoutes, signInRoutes } from './auth/session-routes.ts';
import { createSessionService } from './auth/session-service.ts';
import { userRoutes } from './auth/user-routes.ts';
import { createUserService } from './auth/user-service.ts';
import { authorSchemas } from './authors/schemas.ts';
import { createAuthorService } from './authors/service.ts';
import { categorySchemas } from './categories/schemas.ts';
import { createCategoryService } from './categories/service.ts';
import { moderationRoutes } from './comments/moderation-routes.ts';
import { commentRoutes } from './comments/routes.ts';
import { createCommentService } from './comments/service.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { createArchive } from './delivery/archive.ts';
import { aroundRoutes } from './delivery/around-routes.ts';
import { createArticleLists } from './delivery/article-lists.ts';
import { createArticles } from './delivery/articles.ts';
import { createResponseCache } from './delivery/cache.ts';
import { createComposer } from './delivery/compose.ts';
import { createFacetFinder } from './delivery/facet-finder.ts';
import { loadNames } from './delivery/names.ts';
import { createPublications } from './delivery/publications.ts';
import { createRelated } from './delivery/related.ts';
import { createResolver } from './delivery/resolve.ts';
import { deliveryRoutes, plainArticle } from './delivery/routes.ts';
import { createAnswers } from './delivery/send.ts';
import { createShortCut } from './delivery/short-cut.ts';
import { siteRoutes } from './delivery/site-routes.ts';
import { publicTermRoutes } from './delivery/term-routes.ts';
import { viewRoutes } from './delivery/view-routes.ts';
import { createViews } from './delivery/views.ts';
import { feedRoutes } from './feeds/routes.ts';
import { createFeeds } from './feeds/service.ts';
import { refuseUnacceptable } from './http/accept.ts';
import { createAddressOf } from './http/client-address.ts';
import { createIdempotency } from './http/idempotency.ts';
import { registerOpenApi } from './http/openapi.ts';
import { createRateLimits, registerRateLimits } from './http/rate-limit.ts';
import { refuseUnsoundHeads } from './http/request-heads.ts';
import { createServer, registerSecurity, takeFirst } from './http/server.ts';
import { createLikeness } from './likeness/likeness.ts';
import { periodicJobs } from './ops/jobs.ts';
import { opsRoutes } from './ops/routes.ts';
import { createScheduler, type Scheduler } from './ops/scheduler.ts';
import { createBodyReader } from './portable-text/body-input.ts';
import { createPreviews } from './publishing/previews.ts';
import { createPublicationStore } from './publishing/publication-store.ts';
import { publishingRoutes } from './publishing/routes.ts';
import { createPublishingService } from './publishing/service.ts';
import { createSearch } from './search/create.ts';
import { searchRoutes } from './search/routes.ts';
import { sectionRoutes } from './sections/routes.ts';
import { createSectionService } from './sections/service.ts';
import { settingsRoutes } from './settings/routes.ts';
import { createSettings } from './settings/service.ts';
import { tagSchemas } from './tags/schemas.ts';
import { createTagService } from './tags/service.ts';
import { termRoutes } from './taxonomy/routes.ts';
import { createThreads } from './threads.ts';
import { version } from './version.ts';

export type AppDeps = {
  config: Config;
  db: Database;
  clock: () => Date;
  logger: NonNullable<FastifyServerOptions['loggerInstance']>;
  /** What hashing a password costs, where that is not OWASP's advice. */
  passwordCost?: PasswordCost;
  /** Told of every route as it is registered, so that a check of all routes cannot miss a new one. */
  onRoute?: (route: RouteOptions) => void;
  /** Handed the periodic jobs; they run only where somebody starts them. */
  onScheduler?: (scheduler: Scheduler) => void;
  /** How often counted views are written, in milliseconds, where not every few seconds. */
  viewsFlushMs?: number;
};

/** Wires everything and answers an app that does not listen yet. Route modules are named here, in order. */
export async function buildApp(deps: AppDeps) {
  const { config, db, clock, logger, passwordCost, onRoute, onScheduler, viewsFlushMs } = deps;
  const audit = createAudit(db.tables, clock);
  const settings = await createSettings({ db, config, clock, audit });
  const app = createServer(config, logger, () => settings.site().locale);
  if (onRoute) app.addHook('onRoute', onRoute);
  const idempotency = createIdempotency(db, clock);
  const authenticate = createAuthenticator({ db, clock });
  app.addHook('onClose', async () => settings.stop());

  const passwords = createPasswords(passwordCost);
  const guard = createLoginGuard({ db, clock });
  const users = createUserService({ db, clock, audit, passwords });
  const keys = createKeyService({ db, clock, audit });
  const hours = config.KHABAR_SESSION_HOURS;
  const sessions = createSessionService({ db, clock, audit, passwords, guard, hours });

  const termDeps = { db, clock, audit };
  const categories = createCategoryService(termDeps);
  const tags = createTagService(termDeps);
  const authors = createAuthorService(termDeps);
  const likeness = createLikeness(db, clock);

  const names = await loadNames(db);
  const resolve = createResolver(db);
  const publications = createPublications(db);
  const composer = createComposer({ names, site: settings.site, defaultCommentMode: config.KHABAR_COMMENT_MODE });
  // One for texts, long ones and those of feeds, so that a flood of searches holds up none of them.
  const threads = createThreads({ most: 1 });
  app.addHook('onClose', () => threads.close());
  const published = createArticles({ publications, composer, resolve, site: settings.site, threads });
  const lists = createArticleLists({ db, names, publications, composer, site: settings.site });

  const onError = (err: unknown) => logger.error({ err }, 'the search index could not be rebuilt; trying again');
  const search = createSearch({ db, clock, settings, names, publications, composer, onError });
  app.addHook('onListen', async () => search.startKeeping());
  app.addHook('onClose', () => search.close());
  const related = createRelated(db, publications);
  // Names and cards are told of a change before the cache is, so that no answer is made of old ones after it was dropped.
  const cache = createResponseCache(config.KHABAR_CACHE_MB * 1024 * 1024);
  const stopDropping = db.onChange((changed) => cache.drop(changed));
  app.addHook('onClose', async () => {
    stopDropping();
    publications.stop();
    related.stop();
    names.stop();
  });
  const answers = createAnswers(cache, () => settings.site().locale);
  const { index } = search;
  const readBody = createBodyReader(threads);
  const articles = createArticleService({
    ...{ db, clock, audit, settings, likeness, readBody, index },
    search: search.service,
  });
  const sections = createSectionService({ db, clock, audit, likeness, readBody, index });
  const comments = createCommentService({ db, clock, audit, config, settings, index, search: search.service });
  const publishing = createPublishingService({ db, clock, audit, store: createPublicationStore(db.tables, index) });
  const previews = createPreviews({ db, clock, publications, articles: published });

  const views = createViews({ db, clock, logger, ...(viewsFlushMs === undefined ? {} : { flushMs: viewsFlushMs }) });
  const scheduler = createScheduler({ db, clock, logger, jobs: periodicJobs({ db, views }) });
  onScheduler?.(scheduler);
  app.addHook('onClose', async () => {
    await scheduler.stop();
    await views.close();
  });

  const limits = createRateLimits(config);
  const addressOf = createAddressOf(config);
  const shortCut = createShortCut({ cache, limits, addressOf, logger, rendererFor: plainArticle(published) });
  takeFirst(app.server, shortCut.take);
  app.addHook('preClose', async () => shortCut.close());
  await registerSecurity(app, config);
  app.addHook('onRequest', shortCut.goOn);
  registerRateLimits(app, limits);
  refuseUnsoundHeads(app);
  refuseUnacceptable(app);
  // A thread of its own, so that it does not wait for a flood of searches or feeds.
  const documentationThread = createThreads({ most: 1 });
  app.addHook('onClose', () => documentationThread.close());
  registerOpenApi(app, { version, answers, threads: documentationThread });

  await app.register(opsRoutes(db));
  await app.register(signInRoutes(sessions));
  await app.register(deliveryRoutes({ answers, articles: published, lists, site: settings.site }));
  await app.register(siteRoutes(answers, settings.site));
  await app.register(viewRoutes(views, resolve));
  await app.register(
    aroundRoutes({
      ...{ answers, articles: published, composer, site: settings.site },
      facets: createFacetFinder(db, names),
      countMonths: createArchive(db),
      related,
    }),
  );
  await app.register(publicTermRoutes(answers, 'category', categories));
  await app.register(publicTermRoutes(answers, 'tag', tags));
  await app.register(publicTermRoutes(answers, 'author', authors));
  const feeds = createFeeds({
    ...{ db, clock, names, publications, composer, threads },
    ...{ site: settings.site, siteId: settings.siteId },
  });
  const terms = { category: categories, tag: tags, author: authors };
  await app.register(feedRoutes({ answers, feeds, terms, site: settings.site }));
  await app.register(commentRoutes({ answers, resolve, idempotency }, comments));
  await app.register(searchRoutes(answers, search.pages));

  const editorial: FastifyPluginAsyncZod = async (scope) => {
    scope.addHook('onRoute', demandPermission);
    scope.addHook('onRequest', actorHook(authenticate));
    const deps = { db, idempotency };
    await scope.register(meRoutes(deps, { sessions, users, keys, guard }));
    await scope.register(userRoutes(deps, users));
    await scope.register(keyRoutes(deps, keys));
    await scope.register(termRoutes(deps, 'category', categorySchemas, categories));
    await scope.register(termRoutes(deps, 'tag', tagSchemas, tags));
    await scope.register(termRoutes(deps, 'author', authorSchemas, authors));
    await scope.register(articleRoutes(deps, articles));
    await scope.register(sectionRoutes(deps, sections));
    await scope.register(publishingRoutes({ ...deps, site: settings.site }, { publishing, previews }));
    await scope.register(moderationRoutes(deps, comments));
    await scope.register(settingsRoutes(deps, settings));
    await scope.register(auditRoutes(createAuditLog({ db, settings })));
  };
  await app.register(editorial, { prefix: '/v1/editorial' });
  return app;
}
