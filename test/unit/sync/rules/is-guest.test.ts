import { expect, it } from 'vitest';
import { isGuest } from '../../../../lib/sync/rules/is-guest.ts';

it.each([
  ['Guest', true],
  ['guest', true],
  ['Member', false],
  [null, false],
  [undefined, false],
])('somebody of the type %j is a guest: %s', (userType, expected) => {
  expect(isGuest(userType === undefined ? {} : { userType })).toBe(expected);
});
