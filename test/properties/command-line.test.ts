import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText, plainText } from '../../lib/cli/text/plain-text.ts';
import { type Column, tableLines } from '../../lib/cli/text/table.ts';
import { widthOf } from '../../lib/cli/text/text-width.ts';

it('nothing steers a terminal, whatever a text holds, and JSON keeps its value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(plainText(text)).not.toMatch(/\p{Cc}/u);
      const json = jsonText({ text });
      expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

it('a table is never wider than the terminal, and has a line for each row', () => {
  const row = fc.record({
    id: fc.string(),
    name: fc.string({ unit: 'grapheme' }),
    tries: fc.nat(),
  });
  const columns: readonly Column<{ id: string; name: string; tries: number }>[] = [
    { title: 'id', of: ({ id }) => id, isWhole: true },
    { title: 'name', of: ({ name }) => name },
    { title: 'tries', of: ({ tries }) => tries },
  ];
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 4 }),
      fc.integer({ min: 1, max: 120 }),
      (rows, width) => {
        const lines = tableLines(columns, rows, width);
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});
