import type { FastifyServerOptions } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { createAudit } from './audit/audit.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { actorHook, demandPermission } from './auth/hook.ts';
import { authorSchemas } from './authors/schemas.ts';
import { createAuthorService } from './authors/service.ts';
import { categorySchemas } from './categories/schemas.ts';
import { createCategoryService } from './categories/service.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { createIdempotency } from './http/idempotency.ts';
import { registerOpenApi } from './http/openapi.ts';
import { createServer, registerSecurity } from './http/server.ts';
import { tagSchemas } from './tags/schemas.ts';
import { createTagService } from './tags/service.ts';
import { termRoutes } from './taxonomy/routes.ts';

export type AppDeps = {
  config: Config;
  db: Database;
  clock: () => Date;
  logger: NonNullable<FastifyServerOptions['loggerInstance']>;
};

/** Wires everything and answers an app that does not listen yet. Route modules are named here, in order. */
export async function buildApp({ config, db, clock, logger }: AppDeps) {
  const app = createServer(config, logger);
  const audit = createAudit(db.tables, clock);
  const idempotency = createIdempotency(db, clock);
  const authenticate = createAuthenticator({ db, clock });

  const termDeps = { db, clock, audit };
  const categories = createCategoryService(termDeps);
  const tags = createTagService(termDeps);
  const authors = createAuthorService(termDeps);

  await registerSecurity(app, config);
  await registerOpenApi(app, version);

  const editorial: FastifyPluginAsyncZod = async (scope) => {
    scope.addHook('onRoute', demandPermission);
    scope.addHook('onRequest', actorHook(authenticate));
    const deps = { db, idempotency };
    await scope.register(termRoutes(deps, 'category', categorySchemas, categories));
    await scope.register(termRoutes(deps, 'tag', tagSchemas, tags));
    await scope.register(termRoutes(deps, 'author', authorSchemas, authors));
  };
  await app.register(editorial, { prefix: '/v1/editorial' });
  return app;
}

const version = '0.1.0';
