import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = 'main.cjs';

/** What the bundle may weigh: a function app that starts cold waits for every byte of it. */
export const BUNDLE_BUDGET_BYTES = 3_900_000;

/** What was built. */
export interface Bundle {
  /** The folder that is deployed. */
  readonly root: string;
  readonly functions: number;
  /** Of the code alone. */
  readonly bytes: number;
}

/**
 * Builds what is deployed into a folder of its own, which is emptied before: one CommonJS file of
 * all functions, which loads faster than modules one by one, beside host.json and a package.json
 * that names it to the Functions worker.
 */
export async function makeBundle(root: string): Promise<Bundle> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const functions = (await readdir(join(PROJECT, 'functions'))).filter((file) =>
    file.endsWith('.ts'),
  );
  await bundle(functions.sort(), join(root, MAIN));
  await copyFile(join(PROJECT, 'host.json'), join(root, 'host.json'));
  const own = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')));
  const description = { ...own, private: true, main: MAIN };
  await writeFile(join(root, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  const { length: bytes } = await readFile(join(root, MAIN));
  return { root, functions: functions.length, bytes };
}

async function bundle(functions: readonly string[], outfile: string): Promise<void> {
  const imports = functions.map((file) => `import './functions/${file}';`);
  // Whoever runs the bundle can ask it what it has counted.
  const counters = `export { telemetry } from './lib/azure/telemetry.ts';`;
  await build({
    stdin: {
      contents: [...imports, counters].join('\n'),
      resolveDir: PROJECT,
      sourcefile: 'main.ts',
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // ES modules where a package has both: what is not used of them is left out.
    mainFields: ['module', 'main'],
    // Names stay, so that a stack can be read; without them it loads no faster.
    minifyWhitespace: true,
    minifySyntax: true,
    // Read only where Node is told to (--enable-source-maps), which costs memory.
    sourcemap: true,
    sourcesContent: false,
    // The Functions worker provides it; it is on no registry.
    external: ['@azure/functions-core'],
    outfile,
    logLevel: 'warning',
  });
}
