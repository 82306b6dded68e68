import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const preload = join(root, 'scripts/preload.mjs');

/** What a module prints that is run behind the preload, with V8's own functions at hand. */
async function runBehind(source: string): Promise<string> {
  const args = ['--allow-natives-syntax', '--expose-gc', '--import', preload, '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), args, { cwd: root });
  return stdout.trim();
}

it('keeps the shape that objects of process.nextTick had before garbage was collected', async () => {
  const printed = await runBehind(`
    import { executionAsyncResource } from 'node:async_hooks';
    import { keptTick } from ${JSON.stringify(pathToFileURL(preload).href)};
    for (let time = 0; time < 3; time++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    process.nextTick(() => {
      const now = executionAsyncResource();
      console.log(typeof now.callback, now !== keptTick, %HaveSameMap(now, keptTick));
    });
  `);
  expect(printed).toBe('function true true');
});
