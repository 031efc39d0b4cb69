import { expect, it } from 'vitest';
import { openBookmarks } from '../../../../lib/scim/server/bookmarks.ts';

const MINUTE = 60_000;
const BEGINNING = { index: 0, after: undefined };

function opened() {
  const clock = { time: 0 };
  return { clock, bookmarks: openBookmarks(() => clock.time) };
}

it('knows the beginning at least', () => {
  expect(opened().bookmarks.nearest('user', 500)).toEqual(BEGINNING);
});

it.each([
  ['before the first', 4, BEGINNING],
  ['at one', 5, { index: 5, after: 'e' }],
  ['between two', 9, { index: 5, after: 'e' }],
  ['at the last', 10, { index: 10, after: 'j' }],
  ['behind the last', 900, { index: 10, after: 'j' }],
])('finds the last place at or before an index: %s', (_, index, place) => {
  const { bookmarks } = opened();
  bookmarks.keep('user', { index: 10, after: 'j' });
  bookmarks.keep('user', { index: 5, after: 'e' });
  expect(bookmarks.nearest('user', index)).toMatchObject(place);
});

it('tells users from groups', () => {
  const { bookmarks } = opened();
  bookmarks.keep('user', { index: 5, after: 'e' });
  expect(bookmarks.nearest('group', 5)).toEqual(BEGINNING);
});

it('takes the newer of two places at one index', () => {
  const { bookmarks } = opened();
  bookmarks.keep('user', { index: 5, after: 'e' });
  bookmarks.keep('user', { index: 5, after: 'f' });
  expect(bookmarks.nearest('user', 5).after).toBe('f');
});

it('forgets a place after ten minutes', () => {
  const { bookmarks, clock } = opened();
  bookmarks.keep('user', { index: 5, after: 'e' });
  clock.time = 10 * MINUTE - 1;
  expect(bookmarks.nearest('user', 5).index).toBe(5);
  clock.time = 10 * MINUTE;
  expect(bookmarks.nearest('user', 5)).toEqual(BEGINNING);
});

it('keeps the last thousand', () => {
  const { bookmarks } = opened();
  for (let index = 1; index <= 1_001; index += 1) bookmarks.keep('user', { index, after: 'x' });
  expect(bookmarks.nearest('user', 1).index).toBe(0);
  expect(bookmarks.nearest('user', 2).index).toBe(2);
  expect(bookmarks.nearest('user', 5_000).index).toBe(1_001);
});
