import { expect, it } from 'vitest';
import { checkVersion, namesVersion, tagOf } from '../../../../lib/scim/server/version-tag.ts';

const TAG = tagOf('v1');

it('is weak, and says nothing of how the store calls it', () => {
  expect(TAG).toMatch(/^W\/"[\w-]{22}"$/);
  expect(TAG).not.toContain('v1');
  expect(tagOf('v1')).toBe(TAG);
  expect(tagOf('v2')).not.toBe(TAG);
});

it.each([
  [TAG, true],
  [TAG.slice(2), true],
  [`"other", ${TAG}`, true],
  [`${tagOf('v2')},${TAG}`, true],
  [' * ', true],
  [tagOf('v2'), false],
  ['v1', false],
  [TAG.slice(3, -1), false],
  ['', false],
  ['"', false],
])('the header %s names the version: %s', (header, names) => {
  expect(namesVersion(header, 'v1')).toBe(names);
});

it('refuses a write of another version with 412, and lets one without a condition pass', () => {
  expect(() => checkVersion(tagOf('v0'), 'v1')).toThrow(expect.objectContaining({ status: 412 }));
  expect(() => checkVersion(undefined, 'v1')).not.toThrow();
  expect(() => checkVersion('*', 'v1')).not.toThrow();
});
