import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_BUDGET_BYTES, makeBundle } from './bundle.ts';

// `npm run build`: what is deployed, in dist/.

const { root, functions, bytes } = await makeBundle(
  fileURLToPath(new URL('../dist', import.meta.url)),
);
const kilobytes = (size: number) => `${Math.round(size / 1_000).toLocaleString('en')} KB`;
console.log(
  `${relative('.', root)}/: ${functions} functions, ${kilobytes(bytes)} ` +
    `of at most ${kilobytes(BUNDLE_BUDGET_BYTES)}`,
);
process.exit(bytes > BUNDLE_BUDGET_BYTES ? 1 : 0);
