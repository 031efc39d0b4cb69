import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAPPINGS } from '../../../../lib/sync/mapping.ts';
import { namesFrom } from '../../../../lib/sync/rules/names.ts';
import { parseObjectExpression } from '../../../../lib/sync/rules/object-expression.ts';
import { DEFAULT_SETTINGS } from '../../../../lib/sync/rules/settings.ts';
import { tryExpression } from '../../../../lib/sync/rules/try-expression.ts';

const page = readFileSync('docs/rules.md', 'utf8');

/** What stands under a heading, up to the next one. */
function section(title: string): string {
  const [, text = ''] = page.split(`\n## ${title}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** The cells of the rows of a section's tables, without what marks code. */
function rows(title: string): string[][] {
  const lines = section(title).match(/^\|.*\|$/gm) ?? [];
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

describe('docs/rules.md', () => {
  it.each([
    ['Users', DEFAULT_SETTINGS.users],
    ['Groups', DEFAULT_SETTINGS.groups],
  ])('lists the settings of %s with their defaults', (title, settings) => {
    const listed = rows(title).filter(([name = '']) => name in settings);
    const shown = Object.fromEntries(listed.map(([name, value]) => [name, value]));
    const wanted = Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]);
    expect(shown).toEqual(Object.fromEntries(wanted));
  });

  it('shows what becomes of departments', () => {
    const levels = rows('Mappings').filter((cells) => cells[1]?.startsWith('Works'));
    const [text = ''] = levels[0] ?? [];
    const expression = parseObjectExpression('user', text);
    const results = levels.map(([, department = '']) =>
      tryExpression(expression, { department }, { now: 0, random: () => 0 }),
    );
    expect(levels).toHaveLength(3);
    expect(results).toMatchObject(levels.map(([, , value]) => ({ value })));
  });

  it('shows what names come of display names', () => {
    const shown = rows('Names from the display name').slice(2);
    expect(shown.length).toBeGreaterThan(5);
    for (const [displayNames = '', givenName, familyName] of shown)
      for (const displayName of displayNames.split(/, (?=Ada Lovelace, PhD)/))
        expect(namesFrom(displayName, {})).toEqual({ givenName, familyName });
  });
});

describe('docs/mappings.md', () => {
  const text = readFileSync('docs/mappings.md', 'utf8');

  it.each(['user', 'group'] as const)('lists what flows of a %s by default', (kind) => {
    for (const mapping of DEFAULT_MAPPINGS[kind].mappings) {
      const { target } = mapping;
      const short = target.replace(/^urn:.*:/, '').replace(/^.*\]/, '');
      expect(text).toContain(short);
      const sources = mapping.type === 'direct' ? [mapping.source] : mapping.sources;
      for (const source of sources) expect(text).toContain(`\`${source}\``);
    }
  });
});
