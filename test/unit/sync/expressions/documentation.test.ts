import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../../lib/sync/expressions/functions.ts';
import { type Row, result } from './rows.ts';

const page = readFileSync('docs/expressions.md', 'utf8');
const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
const entry: Row[1] = JSON.parse(json);
/** Rows of the tables that end in an example and its result. */
const rows = Array.from(
  page.matchAll(/^\|.*\| `(.+)` \| `(.+)` \|$/gm),
  ([, text = '', shown = '']) => ({
    text,
    shown,
  }),
);

describe('docs/expressions.md', () => {
  it.each([...FUNCTIONS.keys()])('shows %s with an example', (name) => {
    expect(page).toMatch(new RegExp(`^\\| ${name}\\(.*\`.*${name}\\(.*\` \\| \`.*\` \\|$`, 'm'));
  });

  it.each(rows)('$text is $shown', ({ text, shown }) => {
    expect(result(text, entry)).toEqual(JSON.parse(shown));
  });
});
