import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../lib/sync/entry.ts';
import { candidates, evaluate, IGNORED } from '../../../../lib/sync/expressions/evaluate.ts';
import {
  type Expression,
  ExpressionError,
  parseExpression,
} from '../../../../lib/sync/expressions/expression.ts';
import { FUNCTIONS } from '../../../../lib/sync/expressions/functions.ts';
import { context } from './rows.ts';

/** Pieces of which expressions are made, and some that they are not. */
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...[...FUNCTIONS.keys()].map((name) => `${name}(`)) },
  { weight: 8, arbitrary: fc.constantFrom(')', ',', ', ', ' & ', ' = ', '<>', '>=', ' < ') },
  {
    weight: 8,
    arbitrary: fc.constantFrom('[a]', '[b]', '[__proto__]', '"x"', '""', '"d"', '"yyyy"'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('1', '-1', '0', '&HF', 'True', 'UTF8', '"(a)|b"', '"$1"'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
);
const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('').slice(0, 200));

/** Well-formed but for their meaning: any function of any arguments. */
const { expression } = fc.letrec<{ expression: string; call: string; argument: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('[a]', '[b]', '"x"', '2', '"d"', '"(a)"'),
    tie('call'),
  ),
  call: fc
    .tuple(fc.constantFrom(...FUNCTIONS.keys()), fc.array(tie('argument'), { maxLength: 7 }))
    .map(([name, args]) => `${name}(${args.join(',')})`),
  argument: fc.oneof(
    { weight: 8, arbitrary: tie('expression') },
    { weight: 1, arbitrary: fc.constant('') },
  ),
}));

const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, '', 'a', '2021-03-04', '7', 0, 12.5, true, [], ['a'], ['a', 'b']),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }).map((json): Json => JSON.parse(JSON.stringify(json))),
);
const entry = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), value);

function parsed(text: string): Expression | undefined {
  try {
    return parseExpression(text);
  } catch (error) {
    expectFault(error, text);
    return undefined;
  }
}

function expectFault(error: unknown, text: string): void {
  expect(error).toBeInstanceOf(ExpressionError);
  if (!(error instanceof ExpressionError)) return;
  expect(error.position).toBeGreaterThanOrEqual(0);
  expect(error.position).toBeLessThanOrEqual(text.length);
  expect(error.message).toContain(`(at ${error.position})`);
}

describe('any expression', () => {
  it.each([
    ['made of pieces', soup],
    [
      'made of characters',
      fc.string({
        unit: fc.constantFrom(...Array.from('TrimNow()[]",&\\=<> 1aH-')),
        maxLength: 200,
      }),
    ],
    ['that is well-formed', expression],
  ])('%s is read or refused with a position, and so is what it comes to', (_, texts) => {
    let evaluated = 0;
    fc.assert(
      fc.property(texts, entry, (text, of) => {
        const read = parsed(text);
        if (!read) return;
        expect(read.text).toBe(text);
        for (const run of [evaluate, candidates])
          try {
            run(read, of, context);
            evaluated += 1;
          } catch (error) {
            expectFault(error, text);
          }
      }),
      // Always the same texts: how many of them mean anything is up to chance.
      { numRuns: 3_000, seed: 1 },
    );
    expect(evaluated).toBeGreaterThan(20);
  });

  it('comes to the same again unless it is volatile, and reads nothing but its sources', () => {
    fc.assert(
      fc.property(expression, entry, (text, of) => {
        const read = parsed(text);
        if (!read || read.isVolatile) return;
        const known = Object.entries(of).filter(([name]) => read.sources.includes(name));
        const once = outcome(read, of);
        expect(outcome(read, of)).toEqual(once);
        expect(outcome(parseExpression(text), Object.fromEntries(known))).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

function outcome(read: Expression, of: Readonly<Record<string, Json>>): unknown {
  try {
    const found = evaluate(read, of, context);
    return found === IGNORED ? 'ignored' : { found };
  } catch (error) {
    return error instanceof ExpressionError ? error.message : error;
  }
}
