// Comes before the sources. Plain JavaScript, because it speaks to those whose Node cannot run them: TypeScript needs
// Node 22.18.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Khabar needs Node 22.18 or later, and this is ${process.version}. Run "npm ci" first, which brings its own Node, and start it with "npm run".`,
  );
  process.exit(1);
}
const { executionAsyncResource } = await import('node:async_hooks');
const { enableCompileCache, registerHooks } = await import('node:module');
const { fileURLToPath } = await import('node:url');

// Node makes an object for each process.nextTick, and an answer takes several of those. V8 forgets the shape of such
// objects when it collects garbage while there is none, takes the next for one of another shape, and makes them all in a
// slow way from then on. So there always is one.
export let keptTick;
process.nextTick(() => {
  keptTick = executionAsyncResource();
});

// What was compiled, and stripped of its types, is kept from one start to the next.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

// Node asks the disk where a module is and parses its package's package.json, for each module: that of drizzle-orm is
// 180 KB long. Here relative names are whole, and what the sources import from elsewhere is one and the same for all.
const sources = new URL('../src/', import.meta.url).href;
const packages =
  /\/node_modules\/(?:(?:drizzle-orm|zod|uuid|parse5)\/.*\.js|(?:markdown-it|linkify-it|mdurl|uc\.micro)\/.*\.mjs)$/;
const found = new Map();
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    const isOurs = parentURL.startsWith(sources);
    if (/^\..*\.m?[jt]s$/.test(specifier) && (isOurs || packages.test(parentURL)))
      return {
        url: new URL(specifier, parentURL).href,
        format: isOurs ? 'module-typescript' : 'module',
        shortCircuit: true,
      };
    if (!isOurs) return next(specifier, context);
    const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
    found.set(specifier, known);
    return known;
  },
  load(url, context, next) {
    if (!url.endsWith('/node_modules/zod/v4/locales/index.js')) return next(url, context);
    // Its messages in fifty languages, a module each: these are the ones that are spoken here.
    const source = ['ar', 'en'].map((name) => `export { default as ${name} } from './${name}.js';`).join('');
    return { format: 'module', source, shortCircuit: true };
  },
});
