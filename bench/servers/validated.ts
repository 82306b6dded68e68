// The route that takes comments, with every hook and all its validation, and no database behind it: what a durable
// comment is measured against. Prints its port.
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { commentCreate, postedComment } from '../../src/comments/schemas.ts';
import { loadConfig } from '../../src/config.ts';
import { createRateLimits, registerRateLimits } from '../../src/http/rate-limit.ts';
import { createServer, registerSecurity } from '../../src/http/server.ts';
import { createLogger } from '../../src/logger.ts';

const config = loadConfig(process.env);
const app = createServer(config, createLogger(config), () => config.KHABAR_LOCALE);
await registerSecurity(app, config);
registerRateLimits(app, createRateLimits(config));
app.post(
  '/v1/articles/:ref/comments',
  {
    config: { limit: 'comments' },
    schema: { params: z.strictObject({ ref: z.string() }), body: commentCreate, response: { 201: postedComment } },
  },
  async (request, reply) => {
    reply.code(201);
    const { body, author } = request.body;
    const shown = {
      status: 'pending' as const,
      body,
      author: { name: author.name },
      locale: 'ar',
      dir: 'rtl' as const,
    };
    return { id: uuid(), articleId: request.params.ref, parentId: null, ...shown, createdAt: new Date() };
  },
);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stderr.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
process.on('SIGTERM', () => process.exit(0));
