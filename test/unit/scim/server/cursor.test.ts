import { expect, it } from 'vitest';
import { cursorText, readCursor } from '../../../../lib/scim/server/cursor.ts';

const HOUR = 3_600_000;
const NOW = 1_000;

it.each([
  { kind: 'user', after: '2819c223-7f76-453a-919d-413861904646' },
  { kind: 'group', after: undefined },
] as const)('comes back as it was: $kind $after', (cursor) => {
  const text = cursorText(cursor, 'query', NOW);
  expect(text).toMatch(/^[\w.~-]+$/);
  expect(readCursor(text, 'query', NOW)).toEqual(cursor);
});

it.each([
  ['of another query', cursorText({ kind: 'user', after: 'a' }, 'another', NOW)],
  ['no JSON', 'VZUTiyhEQJ94IR'],
  ['of another shape', Buffer.from('["user","a"]').toString('base64url')],
  ['of no kind', Buffer.from('["device","a","query",1]').toString('base64url')],
  [
    'far too long',
    Buffer.from(JSON.stringify(['user', 'a'.repeat(101), 'query', 1])).toString('base64url'),
  ],
])('refuses one that is %s', (_, text) => {
  expect(() => readCursor(text, 'query', NOW)).toThrow(
    expect.objectContaining({ status: 400, scimType: 'invalidCursor' }),
  );
});

it('is good for an hour', () => {
  const text = cursorText({ kind: 'user', after: 'a' }, 'query', NOW);
  expect(readCursor(text, 'query', NOW + HOUR).after).toBe('a');
  expect(() => readCursor(text, 'query', NOW + HOUR + 1)).toThrow(
    expect.objectContaining({ status: 400, scimType: 'expiredCursor' }),
  );
});
