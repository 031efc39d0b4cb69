import { describe, expect, it } from 'vitest';
import { candidates, evaluate, IGNORED } from '../../../../lib/sync/expressions/evaluate.ts';
import { ExpressionError, parseExpression } from '../../../../lib/sync/expressions/expression.ts';
import { context, result } from './rows.ts';

describe('evaluate', () => {
  it.each([
    ['[a] = "b"', 'b', true],
    ['[a] = "B"', 'b', false],
    ['[a] <> "B"', 'b', true],
    ['[a] < "b"', 'B', true],
    ['[a] > 5', 10, true],
    ['[a] > 5', '10', true],
    ['[a] > "5"', '10', true],
    ['[a] >= 10', '10.0', true],
    ['[a] = 10', '10.0', true],
    ['[a] = "7"', '007', false],
    ['[a] <= "x"', 10, true],
    ['[a] = 10', 'ten', false],
    ['[a] = "true"', true, true],
    ['[a] = "FALSE"', false, true],
    ['[a] = True', 'TRUE', true],
    ['[a] <> True', false, true],
    ['[a] = "x"', ['x'], true],
    ['[a] = ""', null, false],
    ['[a] <> ""', null, false],
    ['[a] = [a]', null, false],
    ['[a] >= [a]', null, false],
    ['[a] = ""', '', false],
    ['Trim([a]) = ""', ' ', true],
    ['[a] = "x"', [], false],
  ])('%s, a = %j: %s', (text, a, expected) => {
    expect(result(text, { a })).toBe(expected);
  });

  it.each([
    ['IIF([a] = "x", 1, 2)', { a: ['x', 'y'] }, '=: a side holds several values (at 8)'],
    ['IIF("x" <= [a], 1, 2)', { a: { b: 'c' } }, '<=: a side holds several values (at 8)'],
    ['"x" & [a]', { a: ['x', 'y'] }, '&: a side holds several values (at 6)'],
  ])('%s of %j is refused', (text, entry, message) => {
    expect(() => result(text, entry)).toThrow(expect.objectContaining({ message }));
  });

  it.each([
    ['IIF(True, "a", Error("evaluated"))', 'a'],
    ['IIF([none], Error("evaluated"), "b")', 'b'],
    ['Switch("k", Error("default"), "k", "v", Error("key"), Error("value"))', 'v'],
    ['Switch("x", "default", "k", Error("value"))', 'default'],
    ['Coalesce([none], "a", Error("evaluated"))', 'a'],
    ['SelectUniqueValue("a", Error("evaluated"))', 'a'],
    ['IIF(True, "a", IgnoreFlowIfNullOrEmpty([none]))', 'a'],
  ])('%s evaluates only what it chooses', (text, expected) => {
    expect(result(text)).toBe(expected);
  });

  it.each([
    'IgnoreFlowIfNullOrEmpty([none])',
    'IIF(True, IgnoreFlowIfNullOrEmpty([none]), "b")',
    'Switch("k", "d", "k", IgnoreFlowIfNullOrEmpty(""))',
    'Coalesce(IgnoreFlowIfNullOrEmpty([none]), "b")',
    '"a" & IgnoreFlowIfNullOrEmpty([none])',
  ])('%s lets nothing flow', (text) => {
    expect(result(text)).toBe(IGNORED);
  });

  it.each([
    ['Item(Split([department], ">"), 2)', 'Works > Roads > Snow', 'Roads'],
    ['Trim(Item(Split([department], ">"), 2))', 'Works>Roads', 'Roads'],
    [
      'Coalesce(Item(Split([department], ">"), 3), Item(Split([department], ">"), 2))',
      'A > B',
      'B',
    ],
    ['Coalesce(Item(Split([department], ">"), 3), "-")', 'A', '-'],
    ['Coalesce(Item(Split([department], ">"), 1), "-")', 'A', 'A'],
    ['Coalesce(Trim(Item(Split([department], ">"), 2)))', 'A', null],
    ['IgnoreFlowIfNullOrEmpty(Item(Split([department], ">"), 2))', 'A', IGNORED],
    ['Coalesce(Item(Split([department], ">"), 2), "-")', null, '-'],
  ])('%s of the path %j is %j', (text, department, expected) => {
    expect(result(text, { department })).toBe(expected);
  });

  it('tells a level that is not there from other faults', () => {
    const missing = () => result('Trim(Item(Split([department], ">"), 2))', { department: 'A' });
    expect(missing).toThrow(expect.objectContaining({ isAbsence: true, position: 5 }));
    const wrong = () => result('Coalesce(Item("a", "b"), "c")');
    expect(wrong).toThrow(expect.objectContaining({ isAbsence: false, position: 9 }));
  });

  it('says nothing of the entry in its messages', () => {
    const entry = { a: 'S3cret', b: ['S3cret', 'S3cret'] };
    for (const text of ['CDate([a])', 'Left("x", [a])', 'ToLower("x", [a])', 'Trim([a]) & [b]'])
      expect(() => result(text, entry)).toThrow(/^(?!.*S3cret)/);
    expect(() => result('Error("for " & [a])', entry)).toThrow(/^(?!.*S3cret)/);
    expect(() => result('Replace("x", , [a], , "y")', { a: '(S3cret' })).toThrow(/^(?!.*S3cret)/);
  });

  it('yields every rule of SelectUniqueValue in order, without the empty ones', () => {
    const text = 'SelectUniqueValue([a], [b], "", IgnoreFlowIfNullOrEmpty([b]), [a] & "2")';
    const expression = parseExpression(text);
    expect(candidates(expression, { a: 'x' }, context)).toEqual(['x', 'x2']);
    expect(evaluate(expression, { a: 'x' }, context)).toBe('x');
  });

  it('yields the one value of any other expression, and none where nothing flows', () => {
    const of = (text: string) => candidates(parseExpression(text), { a: 'x' }, context);
    expect(of('[a]')).toEqual(['x']);
    expect(of('[b]')).toEqual([null]);
    expect(of('IgnoreFlowIfNullOrEmpty([b])')).toEqual([]);
    expect(() => of('Item([b], 1)')).toThrow(ExpressionError);
  });
});
