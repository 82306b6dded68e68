import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

// Run in a thread: what this needs takes a hundred milliseconds to load, and as long again to do.

/** The OpenAPI document of a YAML file, as JSON. */
export async function readAsJson(file: URL | string): Promise<Uint8Array> {
  const { parse } = await import('yaml');
  return new TextEncoder().encode(JSON.stringify(parse(await readFile(file, 'utf8'))));
}

/** What stands at an address below /docs. */
export type Page = { status: number; body: Uint8Array; headers: Record<string, string> };

let pages: Promise<FastifyInstance> | null = null;

/** Reads a page below /docs, or a file that one needs. */
export async function readPage(url: string): Promise<Page> {
  pages ??= createPages();
  const { statusCode, rawPayload, headers } = await (await pages).inject(url);
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { status: statusCode, body: rawPayload, headers: Object.fromEntries(texts) };
}

/** An app that has these pages and nothing else: what they show they ask of the server. */
async function createPages(): Promise<FastifyInstance> {
  const { default: Fastify } = await import('fastify');
  const { default: swagger } = await import('@fastify/swagger');
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
  const app = Fastify();
  await app.register(swagger);
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, validatorUrl: null, persistAuthorization: false },
    staticCSP: true,
    // No outside host; and over plain HTTP, as on a test machine, an upgrade would look for a server that is not there.
    transformStaticCSP: (header) =>
      header.replace(/ (?:upgrade-insecure-requests;?|https:|validator\.swagger\.io)/g, ''),
    theme: { title: 'Khabar API' },
  });
  return app;
}
