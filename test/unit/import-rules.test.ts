import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** Who may import whom (docs/architecture.md, "The house"). The first rule that fits a file counts. */
const RULES: readonly (readonly [files: RegExp, mayImport: RegExp])[] = [
  [/^functions\//, /^lib\/(flows|scim|manage)\/|^lib\/(services|http|configured|traced)\.ts$/],
  [/^lib\/services(\.ts$|\/)/, /^lib\//],
  [/^lib\/ports\//, /^lib\/(ports|sync)\//],
  [/^lib\/config\.ts$/, /^lib\/errors\.ts$/],
  [/^lib\/flows\//, /^lib\/(flows|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  [/^lib\/sync\//, /^lib\/sync\/|^lib\/errors\.ts$/],
  [/^lib\/scim\//, /^lib\/(scim|sync)\/|^lib\/ports\/|^lib\/(ports|errors|http)\.ts$/],
  [/^lib\/manage\//, /^lib\/(manage|flows|sync)\/|^lib\/ports\/|^lib\/(ports|errors|http)\.ts$/],
  [/^lib\/entra\//, /^lib\/(entra|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  [/^lib\/app\/hosted\//, /^lib\/(app|azure|scim|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  [/^lib\/app\//, /^lib\/(app|scim|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  [/^lib\/state\//, /^lib\/(state|azure|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  // What goes to addresses that people type in: neither Azure, nor either side.
  [/^lib\/net\//, /^lib\/net\/|^lib\/ports\/|^lib\/errors\.ts$/],
  [/^lib\/azure\//, /^lib\/(azure|sync)\/|^lib\/ports\/|^lib\/(ports|errors)\.ts$/],
  // The command line is a client of the admin API, and knows nothing of the engine.
  [/^lib\/cli\//, /^lib\/cli\//],
  [/^lib\/traced\.ts$/, /^lib\/(azure|sync)\/|^lib\/config\.ts$/],
  [/^lib\/configured\.ts$/, /^lib\/(config|log)\.ts$/],
  [/^lib\/[\w-]+\.ts$/, /^lib\/sync\/|^lib\/ports\/|^lib\/(ports|errors|config)\.ts$/],
];

const SDK_FREE = /^lib\/(sync|flows|manage|scim)\//;
const sources = ['functions', 'lib'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, file)),
);

const importsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(
    ([, target = '']) => target,
  );

it.each(sources)('%s imports only what its place allows', (file) => {
  const rule = RULES.find(([files]) => files.test(file));
  const own = importsOf(file).filter((target) => target.startsWith('.'));
  const targets = own.map((target) => normalize(join(dirname(file), target)));
  expect(targets.filter((target) => !rule?.[1].test(target))).toEqual([]);
});

it('keeps the pure heart and the flows free of SDKs, and the clock out of the heart', () => {
  const wrong = sources
    .filter((file) => SDK_FREE.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('@') && !isTypeOnlyFunctions(file, target))
        .map((target) => `${file} -> ${target}`),
    );
  expect(wrong).toEqual([]);
  const clocks = sources
    .filter((file) => file.startsWith('lib/sync/'))
    .filter((file) => /Date\.now|new Date\(\)|\bawait\b/.test(readFileSync(file, 'utf8')));
  expect(clocks).toEqual([]);
});

it('reads the environment in one place, and the command line in one of its own', () => {
  const readers = sources.filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(readers.toSorted()).toEqual(['lib/cli/main.ts', 'lib/config.ts']);
});

/** The admin API and SCIM take types from the Functions library, and nothing of it at run time. */
function isTypeOnlyFunctions(file: string, target: string): boolean {
  const typeOnly = new RegExp(`import type [^;]+from '${target}'`).test(readFileSync(file, 'utf8'));
  const answers = /^lib\/(manage|scim)\//.test(file);
  return target === '@azure/functions' && answers && typeOnly;
}
