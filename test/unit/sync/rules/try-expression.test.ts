import { describe, expect, it } from 'vitest';
import { ExpressionError } from '../../../../lib/sync/expressions/expression.ts';
import { parseObjectExpression } from '../../../../lib/sync/rules/object-expression.ts';
import { knownProperties, tryExpression } from '../../../../lib/sync/rules/try-expression.ts';

const context = { now: 0, random: () => 0.5 };
const ADA = { displayName: 'Ada', department: 'Works > Roads', businessPhones: ['1', '2'] };
const tried = (text: string) => tryExpression(parseObjectExpression('user', text), ADA, context);

describe('an expression about an object', () => {
  it('knows the properties by any spelling', () => {
    const { sources, entryOf } = parseObjectExpression('user', '[DISPLAYNAME] & [displayName]');
    expect(sources).toEqual(['displayName']);
    expect(entryOf({ displayName: 'Ada' })).toEqual({ DISPLAYNAME: 'Ada', displayName: 'Ada' });
  });

  it.each([
    ['[departmnt]', 0, 'did you mean "department"?'],
    ['Join(" ", [city], IIF([city] = "x", "a" & [cyti], [cyti]))', 42, 'did you mean "city"?'],
    ['Coalesce([mail], [shoeSize])', 17, 'users have no property "shoeSize"'],
    ['[manager]', 0, 'is a relationship'],
    ['[__proto__]', 0, 'users have no property "__proto__"'],
    ['[constructor]', 0, 'users have no property "constructor"'],
  ])('%s is refused at %i', (text, position, message) => {
    const parse = () => parseObjectExpression('user', text);
    expect(parse).toThrow(ExpressionError);
    expect(parse).toThrow(expect.objectContaining({ position }));
    expect(parse).toThrow(message);
  });

  it('has other properties for groups', () => {
    expect(parseObjectExpression('group', '[visibility]').sources).toEqual(['visibility']);
    expect(() => parseObjectExpression('user', '[visibility]')).toThrow(ExpressionError);
  });
});

describe('trying an expression', () => {
  it.each([
    ['[displayName]', 'Ada', { displayName: 'Ada' }],
    ['"x"', 'x', {}],
    ['Join("-", [DisplayName], [city])', 'Ada', { displayName: 'Ada', city: null }],
    ['Count([businessPhones])', 2, { businessPhones: ['1', '2'] }],
    ['Item(Split([department], ">"), 3)', null, { department: 'Works > Roads' }],
    ['Split([department], ">")', ['Works', 'Roads'], { department: 'Works > Roads' }],
  ])('%s is %j', (text, value, sources) => {
    expect(tried(text)).toEqual({ value, sources });
  });

  it('says where nothing flows, and what is wrong', () => {
    expect(tried('IgnoreFlowIfNullOrEmpty([city])')).toEqual({
      value: null,
      sources: { city: null },
      ignored: true,
    });
    expect(tried('Append([displayName], CDate("x" & [department]))')).toEqual({
      error: { message: expect.stringMatching(/^CDate: .* \(at 22\)$/), position: 22 },
    });
  });
});

describe('properties that somebody wrote', () => {
  it('are those of the kind, in Graph’s spelling, the exact one first', () => {
    const hostile: unknown = JSON.parse(
      '{"__proto__":{"city":"x"},"constructor":"y","City":"Oslo"}',
    );
    expect(knownProperties('user', hostile as { City: string })).toEqual({ city: 'Oslo' });
    for (const both of [
      { City: 'a', city: 'b' },
      { city: 'b', City: 'a' },
    ])
      expect(knownProperties('user', both)).toEqual({ city: 'b' });
    expect(knownProperties('group', { city: 'x', mail: null })).toEqual({ mail: null });
  });
});
