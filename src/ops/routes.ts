import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { schemaIsCurrent } from '../db/schema-state.ts';
import { AppError } from '../errors.ts';
import { noQuery } from '../http/pieces.ts';

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** A check that hangs is a check that failed; load balancers wait no longer than this either. */
const patienceMs = 2000;

/** What load balancers and process managers ask: is the process alive, and should it be sent requests. */
export function opsRoutes(db: Database): FastifyPluginAsyncZod {
  return async (app) => {
    let closing = false;
    app.addHook('preClose', async () => {
      closing = true;
    });
    const common = { tags: ['operations'], querystring: noQuery, response: { 200: health } };

    app.get(
      '/livez',
      { schema: { ...common, operationId: 'getLiveness', summary: 'Whether the process answers' } },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return { status: 'ok' as const };
      },
    );

    app.get(
      '/readyz',
      {
        schema: {
          ...common,
          operationId: 'getReadiness',
          summary: 'Whether it can do its work: the database answers, with the schema of this version; 503 otherwise',
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        if (closing) throw new AppError('unavailable');
        await within(patienceMs, checkDatabase(db));
        return { status: 'ok' as const };
      },
    );
  };
}

async function checkDatabase(db: Database): Promise<void> {
  let current: boolean;
  try {
    await db.ping();
    current = await schemaIsCurrent(db);
  } catch (error) {
    throw new AppError('unavailable', { cause: error });
  }
  if (!current) throw new AppError('unavailable', { cause: new Error('the schema is not that of this version') });
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(() => timer.reject(new AppError('unavailable', { cause: new Error('timed out') })), ms);
  try {
    await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
