// The product as it is in production: every hook, logging at info into a file that is thrown away. DATABASE_URL and
// KHABAR_… settings come from the environment; prints its port.
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createLogger } from '../../src/logger.ts';

const config = loadConfig(process.env);
const db = await openDatabase(config.DATABASE_URL);
const app = await buildApp({ config, db, clock: () => new Date(), logger: createLogger(config) });
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stderr.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
process.on('SIGTERM', async () => {
  await app.close();
  await db.close();
  process.exit(0);
});
process.on('message', (question) => {
  if (question === 'memory') process.send?.(process.memoryUsage().rss);
});
