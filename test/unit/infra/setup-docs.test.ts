import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HELP } from '../../../infra/entra/options.ts';
import { PERMISSIONS, SWITCHES } from '../../../infra/entra/permissions.ts';

const docs = readFileSync('docs/setup-entra.md', 'utf8');
const rows = [...docs.matchAll(/^\|[^|]*\| `(--[^`]+)` \| `([^`]+)` \|/gm)].map(
  ([, option = '', permission = '']) => ({ option, permission }),
);

it('the table of docs/setup-entra.md tells the permission of each switch', () => {
  expect(rows.map(({ permission }) => permission).sort()).toEqual(
    Object.values(PERMISSIONS).sort(),
  );
  const options = SWITCHES.map((one) => `--${one.replace(/^(import|export)-/, '$1 ')}`);
  expect(rows.map(({ option }) => option).sort()).toEqual(options.sort());
});

it('no option is told of that there is not', () => {
  const told = [...new Set(docs.match(/--[a-z][a-z-]+/g))].filter((one) => one !== '--resource');
  expect(told.filter((option) => !HELP.includes(`  ${option} `))).toEqual([]);
});
