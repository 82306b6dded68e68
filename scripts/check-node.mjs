// Plain JavaScript, because it speaks to those whose Node cannot run the sources: TypeScript needs Node 22.18.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Khabar needs Node 22.18 or later, and this is ${process.version}. Run "npm ci" first, which brings its own Node, and start it with "npm run".`,
  );
  process.exit(1);
}
