// Bare Fastify: one route that returns bytes from memory, with the content type and nothing else. Reads the bytes and
// their type from its standard input as JSON, prints its port, and ends with its input.
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';

const { body, contentType, etag } = JSON.parse(await text(process.stdin)) as {
  body: string;
  contentType: string;
  etag: string | null;
};
const bytes = Buffer.from(body, 'base64');
const app = Fastify();
app.get('/*', async (request, reply) => {
  reply.header('content-type', contentType);
  if (etag !== null && request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.send(bytes);
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stderr.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
process.on('SIGTERM', () => process.exit(0));
