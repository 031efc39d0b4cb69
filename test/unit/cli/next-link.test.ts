import { expect, it } from 'vitest';
import { nextPathOf } from '../../../lib/cli/http/next-link.ts';

const ADDRESS = 'https://t.example/manage/connections/c/runs';

it.each([
  ['</manage/x?after=a,b>; rel="next"', '/manage/x?after=a,b'],
  ['<?after=a>; rel=next', '/manage/connections/c/runs?after=a'],
  ['<https://t.example:443/manage/x>;rel="Next"', '/manage/x'],
  ['</manage/y>; rel="first", </manage/x>; title="a"; rel="last next"', '/manage/x'],
  ['<//u:p@t.example/manage/x>; rel=next', '/manage/x'],
  ['</manage/y>; rel="prev"', undefined],
  ['</manage/y>; rel="nextto"', undefined],
  ['', undefined],
  [null, undefined],
])('%s', (header, path) => {
  expect(nextPathOf(header, ADDRESS)).toBe(path);
});

it.each([
  'https://evil.example/manage/x',
  '//evil.example/manage/x',
  'http://t.example/manage/x',
  'https://t.example:8443/manage/x',
  '/manage/../scim/v2/x',
  '\\\\evil.example/manage/x',
  'file:///manage/x',
  'https://[',
])('%s is elsewhere', (target) => {
  expect(() => nextPathOf(`<${target}>; rel="next"`, ADDRESS)).toThrow('elsewhere');
});
