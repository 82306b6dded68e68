import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bodyInput = pathToFileURL(join(root, 'src/portable-text/body-input.ts')).href;

/** In which turn of the event loop a fresh process loads each module while it reads its first body. */
async function turnsOf(input: object): Promise<Map<string, number>> {
  const source = `
    import { registerHooks } from 'node:module';
    import { readBody } from ${JSON.stringify(bodyInput)};
    let turn = 0;
    let isOver = false;
    const turns = [];
    registerHooks({ load(url, context, next) { turns.push([url, turn]); return next(url, context); } });
    const count = () => { turn++; if (!isOver) setImmediate(count); };
    count();
    await readBody(${JSON.stringify(input)});
    isOver = true;
    console.log(JSON.stringify(turns));
  `;
  const args = ['--import', join(root, 'scripts/preload.mjs'), '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), args, { cwd: root });
  return new Map(JSON.parse(stdout));
}

const pieces = [
  'parse5/dist/index.js',
  'from-html.ts',
  'common/utils.mjs',
  'markdown-it/index.mjs',
  'from-markdown.ts',
];

it('the readers of bodies are loaded with the first that needs them, and others have their turns meanwhile', async () => {
  const turnOf = (turns: Map<string, number>) =>
    pieces.map((piece) => [...turns].find(([url]) => url.endsWith(piece))?.[1]);
  const [text, html, markdown] = await Promise.all(
    [{ text: 'نص' }, { html: '<p>نص' }, { markdown: 'نص' }].map(async (input) => turnOf(await turnsOf(input))),
  );
  expect(text).toEqual(Array(5).fill(undefined));
  expect(html?.slice(2)).toEqual(Array(3).fill(undefined));
  expect(new Set(html?.slice(0, 2)).size).toBe(2);
  expect([...new Set(markdown)]).toEqual(markdown);
  expect(markdown).not.toContain(undefined);
});
