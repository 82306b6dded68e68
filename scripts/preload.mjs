// Comes before the sources. Plain JavaScript, because it speaks to those whose Node cannot run them: TypeScript needs
// Node 22.18.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Khabar needs Node 22.18 or later, and this is ${process.version}. Run "npm ci" first, which brings its own Node, and start it with "npm run".`,
  );
  process.exit(1);
}
const { enableCompileCache, registerHooks } = await import('node:module');
const { fileURLToPath } = await import('node:url');

// What was compiled, and stripped of its types, is kept from one start to the next.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

// For each module that Node loads it parses all of its package's package.json. That of drizzle-orm is 180 KB long and its
// modules are many, which took longer than all the rest of the start.
const insideOrm = '/node_modules/drizzle-orm/';
const found = new Map();
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    if (specifier.startsWith('.') && parentURL.includes(insideOrm) && parentURL.endsWith('.js'))
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    if (!specifier.startsWith('drizzle-orm')) return next(specifier, context);
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
