// Plain JavaScript, so that it runs, and can explain itself, on a Node that cannot run TypeScript.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Tandem needs Node 24 and found ${major}.${minor}. On Linux x64 "npm ci" brings its own; ` +
      'elsewhere install Node 24 (https://nodejs.org) and run the command again.',
  );
  process.exit(1);
}
