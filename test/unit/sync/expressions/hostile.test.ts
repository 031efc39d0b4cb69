import { describe, expect, it } from 'vitest';
import { ExpressionError, parseExpression } from '../../../../lib/sync/expressions/expression.ts';
import { result } from './rows.ts';

/** Far more than anything here may take, and far less than what it would take by backtracking. */
const SECONDS = 20;
const quickly = (run: () => unknown): unknown => {
  const start = performance.now();
  try {
    return run();
  } finally {
    expect(performance.now() - start).toBeLessThan(SECONDS * 1_000);
  }
};
const refusing = (run: () => unknown, message: string) =>
  quickly(() => expect(run).toThrow(expect.objectContaining({ message })));

describe('hostile expressions', () => {
  it.each([
    ['parentheses', '('.repeat(10_000), '"(" is not expected here (at 0)'],
    [
      'many functions',
      'Trim('.repeat(2_000),
      'more than 32 functions stand inside each other (at 160)',
    ],
    ['functions that are not closed', 'Trim('.repeat(32), 'the expression ends too early (at 160)'],
    ['brackets', '['.repeat(10_000), 'the attribute has no closing bracket (at 0)'],
    ['quotation marks', '"'.repeat(9_999), '"\\"" is not expected here (at 2)'],
    ['ampersands', '&'.repeat(10_000), '"&" is not expected here (at 0)'],
    ['signs', '-'.repeat(10_000), 'numbers are whole, and have at most 64 bits (at 0)'],
    ['blanks', ' '.repeat(10_000), 'the expression is empty (at 0)'],
    ['digits', '9'.repeat(10_000), 'numbers are whole, and have at most 64 bits (at 0)'],
    ['commas', `Join(${','.repeat(9_000)}`, 'the expression ends too early (at 9005)'],
    ['empty arguments', `Join(${','.repeat(9_000)})`, 'Join: argument 1 is empty (at 5)'],
    [
      '10,001 characters',
      'x'.repeat(10_001),
      'the expression is longer than 10000 characters (at 10000)',
    ],
  ])('%s are refused', (_, text, message) => {
    refusing(() => parseExpression(text), message);
  });

  it('reads 32 functions inside each other, and ever so many beside each other', () => {
    expect(result(`${'Trim('.repeat(32)}" a "${')'.repeat(32)}`)).toBe('a');
    expect(result(`Join("",${'"a",'.repeat(2_000)}"b")`)).toBe(`${'a'.repeat(2_000)}b`);
    expect(result(`"a"${'&"a"'.repeat(2_000)}`)).toBe('a'.repeat(2_001));
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('[%s] is nothing', (name) => {
    expect(result(`[${name}]`)).toBeNull();
    expect(result(`IsNull([${name}])`)).toBe(true);
    expect(() => parseExpression(`${name}("x")`)).toThrow(ExpressionError);
  });

  it("reads a property only where it is the entry's own", () => {
    const entry: { a?: string } = Object.create({ a: 'inherited' });
    expect(result('[a]', entry)).toBeNull();
  });
});

describe('hostile values', () => {
  it.each([
    ['(a+)+$', 'b'],
    ['(a|aa)+$', 'b'],
    ['(.*)*x', ''],
    ['([a-z]+)*[0-9]', ''],
  ])('the pattern %s is done with a long text soon', (pattern, end) => {
    const text = 'a'.repeat(50_000) + end;
    expect(quickly(() => result('Replace([a], , [p], , "-")', { a: text, p: pattern }))).toBe(text);
  });

  it.each(['a.*z|a', '(.?){900}y', '(?:.{0,999}){1}y'])('the pattern %s is given up', (p) => {
    const a = 'a'.repeat(50_000);
    const message = 'Replace: the pattern has too much to do with this text (at 15)';
    refusing(() => result('Replace([a], , [p], , "-")', { a, p }), message);
  });

  it('refuses references that would be filled in millions of times', () => {
    const entry = { a: 'x'.repeat(1_500), r: '$1'.repeat(40_000) };
    const message = 'Replace: a replacement with references has at most 1000 characters (at 0)';
    refusing(() => result('Replace([a], , "()x", , [r])', entry), message);
    expect(result('Replace([a], , "()x", , [r])', { ...entry, r: '$1'.repeat(500) })).toBe('');
  });

  it('a pattern that grows is refused before it has', () => {
    const growing = [
      '(\\p{L}{1,1000})'.repeat(60),
      `(${'a'.repeat(900)}){900}`,
      '((a{30}){30}){30}',
    ];
    for (const p of growing) {
      const run = () => result('Replace("a", , [p], , "-")', { p });
      quickly(() => expect(run).toThrow(/too large/));
    }
  });

  const long = 'x'.repeat(60_000);
  it.each([
    ['Append([a], [a])', 'Append'],
    ['Join("", [a], [a])', 'Join'],
    ['Join([a], "1", "2", "3")', 'Join'],
    ['[a] & [a]', '&'],
    ['Replace([a], "x", , , "yy")', 'Replace'],
    ['Replace("1", "1", , , , , [a] & [a])', '&'],
    ['Replace([e], , "x", , [a])', 'Replace'],
    ['Replace([a], , "x", , "$_")', 'Replace'],
    ['Replace([e], , "(x)", "1", [a])', 'Replace'],
    ['ConvertToUTF8Hex([a])', 'ConvertToUTF8Hex'],
    ['ConvertToBase64([a])', 'ConvertToBase64'],
    ['Split([a], "x")', null],
    ['NormalizeDiacritics([b])', 'NormalizeDiacritics'],
    ['RemoveDuplicates([c])', 'RemoveDuplicates'],
    ['[d]', 'the expression'],
  ])('%s yields no more than 100,000 characters', (text, name) => {
    const entry = {
      a: long,
      b: 'ß'.repeat(60_000),
      c: [long, `${long}y`],
      d: long + long,
      e: 'xx',
    };
    if (name === null) expect(result(text, entry)).toHaveLength(60_001);
    else {
      const message = expect.stringMatching(/: the result is longer than 100000 characters/);
      quickly(() =>
        expect(() => result(text, entry)).toThrow(expect.objectContaining({ message })),
      );
    }
  });

  it.each([
    'PCase',
    'Trim',
    'StripSpaces',
    'ToLower',
    'ToUpper',
    'NormalizeDiacritics',
    'CStr',
    'Len',
  ])('%s is done with long texts soon', (name) => {
    for (const unit of ['a', ' ', "'", 'é', '\u0301', '😀', ' a'])
      quickly(() => result(`${name}([a])`, { a: unit.repeat(90_000 / unit.length) }));
  });

  it.each([
    ['CDate', '1', 90_000],
    ['CDate', ' ', 90_000],
    ['DNComponent', '\\', 90_000],
    ['StringFromSid', 'A', 90_000],
    ['ConvertFromBase64', 'A', 89_999],
    ['BitAnd', '9', 90_000],
    ['CBool', 'x', 90_000],
  ])('%s is done with a text that is far too long soon', (name, unit, length) => {
    const a = unit.repeat(length);
    const more = name === 'DNComponent' || name === 'BitAnd' ? ', 1' : '';
    const run = () => result(`${name}([a]${more})`, { a });
    quickly(() => expect(run).toThrow(ExpressionError));
  });

  it.each(['😀🏽', 'مرحبا\u200f', 'x'.repeat(300), '\u0000', 'a\nb', '\ud800'])(
    '%j passes through as it is',
    (text) => {
      expect(result('[a]', { a: text })).toBe(text);
      expect(result('Join("", [a], "")', { a: text })).toBe(text);
      expect(result(`Coalesce([${'n'.repeat(300)}], "x")`, { ['n'.repeat(300)]: text })).toBe(text);
      expect(result('Replace([a], , "(?<n>x{301})", , "y")', { a: text })).toBe(text);
    },
  );
});
