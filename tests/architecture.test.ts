import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Where code may know which engine it runs on. */
const knowsEngines = /^src\/(?:db|search)\//;
/** What people read or type about engines; no code there behaves otherwise on one of them. */
const speaksOfEngines = ['src/config.ts', 'src/cli/'];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name}`);

it('looks at all of the sources', () => {
  expect(files).toContain('src/app.ts');
  expect(files.length).toBeGreaterThan(50);
});

it('names a database engine only in src/db and src/search', () => {
  const offenders = files
    .filter((file) => !knowsEngines.test(file) && !speaksOfEngines.some((place) => file.startsWith(place)))
    .flatMap((file) => linesOf(file).filter(({ text }) => /sqlite|postgres|\bpg\b|better-sqlite3/i.test(text)))
    .map(({ place }) => place);
  expect(offenders).toEqual([]);
});

it('asks which engine runs only in src/db and src/search', () => {
  const offenders = files
    .filter((file) => !knowsEngines.test(file))
    .flatMap((file) => linesOf(file).filter(({ text }) => /\.engine\b/.test(text)))
    .map(({ place }) => place);
  expect(offenders).toEqual([]);
});

it('reads the environment, and ends the process, only where the process is run', () => {
  const offenders = files
    .filter((file) => file !== 'src/main.ts' && !file.startsWith('src/cli/'))
    .flatMap((file) => linesOf(file).filter(({ text }) => /process\.(?:env|exit)\b/.test(text)))
    .map(({ place }) => place);
  expect(offenders).toEqual([]);
});

it('writes feeds in threads only: what writes them holds up a process for some hundred milliseconds to load', () => {
  expect(importing(/from 'feedsmith'/).sort()).toEqual([
    'src/feeds/atom.ts',
    'src/feeds/json-feed.ts',
    'src/feeds/rss.ts',
  ]);
  expect(importing(/'\.[\w./]*\/(?:atom|json-feed|rss)\.ts'/)).toEqual(['src/feeds/render-feed.ts']);
  expect(importing(/(?:from |import\()'\.[\w./]*\/render-feed\.ts'/)).toEqual([]);
});

it('reads and shows the description of the API in threads only, and makes it where no server runs', () => {
  expect(importing(/'@fastify\/swagger-ui'/)).toEqual(['src/http/documentation-pages.ts']);
  expect(importing(/(?:from |import\()'\.[\w./]*\/documentation-pages\.ts'/)).toEqual([]);
  expect(importing(/'@fastify\/swagger'/).sort()).toEqual([
    'src/http/documentation-pages.ts',
    'src/http/documentation.ts',
  ]);
  const making = files.filter((file) => linesOf(file).some(({ text }) => /\bopenApi(?:Yaml)?\(/.test(text)));
  expect(making.sort()).toEqual(['src/cli/openapi.ts', 'src/http/openapi.ts']);
});

/** The files that import what is named so for more than its types. */
function importing(what: RegExp): string[] {
  return files.filter((file) => linesOf(file).some(({ text }) => what.test(text) && !text.startsWith('import type')));
}

/** The lines of a file that are code, with their place. */
function linesOf(file: string): { place: string; text: string }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index) => ({ place: `${file}:${index + 1}: ${text.trim()}`, text }))
    .filter(({ text }) => !/^\s*(?:\/\/|\/?\*)/.test(text));
}
