import { describe, expect, it } from 'vitest';
import { matchRoute, parseRoute } from '../../../local/host/route.ts';

describe('routes', () => {
  it.each([
    ['a/{x}', '/a/1', { x: '1' }],
    ['a/{x}', '/a/1/', { x: '1' }],
    ['a/{x}', '/a', undefined],
    ['a/{x}', '/a//b', undefined],
    ['a/{x?}', '/A', {}],
    [
      'a/{x:guid}',
      '/a/00000000-0000-0000-0000-00000000000A',
      { x: '00000000-0000-0000-0000-00000000000A' },
    ],
    ['a/{x:guid?}', '/a/1', undefined],
    ['a/{x:int?}', '/a', {}],
    ['{*rest}', '/', {}],
    ['{*rest}', '/a/b%2Fc/%41', { rest: 'a/b%2Fc/A' }],
    ['', '/', {}],
    ['', '/a', undefined],
    ['a b', '/a%20b', {}],
    ['a', '/a/b', undefined],
  ])('%j matches %j: %j', (template, path, parameters) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(parameters);
  });

  it('refuses templates that it cannot serve', () => {
    for (const template of ['{*rest}/a', 'a{x}', '{x:regex(a)}', '{x:unknown}', '{x?}/b']) {
      expect(() => parseRoute(template), template).toThrow();
    }
  });

  it('ranks literals before constrained and free parameters, and the rest last', () => {
    const templates = ['{*rest}', 'a/{x}', 'a/{x:int}', 'a/b'];
    const ranked = templates
      .map(parseRoute)
      .toSorted((a, b) => (a.precedence < b.precedence ? -1 : 1))
      .map(({ template }) => template);
    expect(ranked).toEqual(['a/b', 'a/{x:int}', 'a/{x}', '{*rest}']);
  });
});
