#!/usr/bin/env node
// Plain JavaScript, so that it can explain itself on a Node that cannot run TypeScript.
const WRONG_USAGE = 2;

if (process.features.typescript) {
  await import('./main.ts');
} else {
  console.error(
    `tandem needs Node 22.18 or later and found ${process.versions.node}. On Linux x64 "npm ci" in ` +
      'the clone brings Node 24 for "npx tandem"; elsewhere install it (https://nodejs.org).',
  );
  process.exitCode = WRONG_USAGE;
}
