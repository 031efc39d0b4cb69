import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../lib/sync/entry.ts';
import type { FunctionTable } from '../../../../lib/sync/expressions/definition.ts';
import { evaluate } from '../../../../lib/sync/expressions/evaluate.ts';
import { ExpressionError, parseExpression } from '../../../../lib/sync/expressions/expression.ts';

/** An expression, the entry it is evaluated on, and what comes of it. */
export type Row = readonly [string, Readonly<Record<string, Json>>, unknown];

/**
 * A function's rows. Examples come from Microsoft's two references wherever those show one; of
 * errors the message is expected, with the position.
 */
export interface Rows {
  readonly examples: readonly Row[];
  readonly nulls: readonly Row[];
  readonly errors: readonly Row[];
}

/** The moment, the chance and the tenant of every row. */
export const context = {
  now: Date.UTC(2021, 6, 2, 15, 33, 38),
  random: () => 0.5,
  defaultDomain: 'contoso.com',
};

/** What an expression comes to. */
export function result(text: string, entry: Row[1] = {}): unknown {
  return evaluate(parseExpression(text), entry, context);
}

/** Tests the functions of a theme; every function must have rows of each kind. */
export function describeRows(
  theme: string,
  table: FunctionTable,
  rows: Readonly<Record<string, Rows>>,
): void {
  const all = (kind: keyof Rows) => Object.values(rows).flatMap((own) => [...own[kind]]);

  describe(theme, () => {
    it.each(Object.keys(table))('%s has examples, rows for null, and errors', (name) => {
      const { examples = [], nulls = [], errors = [] } = rows[name] ?? {};
      for (const own of [examples, nulls, errors]) {
        expect(own.length).toBeGreaterThan(0);
        for (const [text] of own) expect(text.toLowerCase()).toContain(name.toLowerCase());
      }
    });

    it.each([...all('examples'), ...all('nulls')])('%s of %j is %j', (text, entry, expected) => {
      expect(result(text, entry)).toStrictEqual(expected);
    });

    it.each(all('errors'))('%s of %j is refused: %s', (text, entry, message) => {
      const refused = () => result(text, entry);
      expect(refused).toThrow(ExpressionError);
      expect(refused).toThrow(expect.objectContaining({ message }));
    });
  });
}
