import { expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../lib/entra/retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

it.each([
  ['10', 10],
  ['2.128', 2.128],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30],
  ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  [null, undefined],
  ['', undefined],
  ['-5', undefined],
  ['soon', undefined],
  ['1e9', undefined],
])('reads %j as %j seconds', (header, seconds) => {
  expect(retryAfterSeconds(header, now)).toBe(seconds);
});
