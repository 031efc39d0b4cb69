import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { z } from 'zod';

/**
 * Builds what is deployed: one CommonJS bundle of all functions, which loads faster than modules
 * one by one, beside host.json and a package.json that names it to the Functions worker.
 */
const OUT = 'dist';

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const functions = (await readdir('functions')).filter((file) => file.endsWith('.ts')).sort();
const result = await build({
  stdin: {
    contents: functions.map((file) => `import './functions/${file}';`).join('\n'),
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  // The Functions worker provides it; it is on no registry.
  external: ['@azure/functions-core'],
  outfile: `${OUT}/main.cjs`,
  metafile: true,
});
await copyFile('host.json', `${OUT}/host.json`);
const own = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(await readFile('package.json', 'utf8')));
const description = { ...own, private: true, main: 'main.cjs' };
await writeFile(`${OUT}/package.json`, `${JSON.stringify(description, null, 2)}\n`);
const bytes = Object.values(result.metafile.outputs).reduce((sum, file) => sum + file.bytes, 0);
console.log(`${OUT}/main.cjs: ${functions.length} functions, ${Math.round(bytes / 1024)} KB`);
