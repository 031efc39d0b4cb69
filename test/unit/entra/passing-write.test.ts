import { expect, it } from 'vitest';
import { passingWrite } from '../../../lib/entra/passing-write.ts';
import { loadOf } from '../../../lib/entra/write-load.ts';

const response = (status: number, headers: Record<string, unknown> = {}, code = 'x') => ({
  id: '0',
  status,
  headers,
  body: { error: { code } },
});

it.each([
  [response(429, { 'Retry-After': '2.128' }), 'throttled', 2.128, true],
  [response(429), 'throttled', undefined, true],
  [response(424), 'unavailable', undefined, false],
  [response(503, { 'retry-after': 3 }), 'unavailable', 3, false],
  [response(500), 'unavailable', undefined, false],
  [response(504), 'unavailable', undefined, false],
  [response(409, { 'Retry-After': '1' }, 'Directory_ConcurrencyViolation'), 'unavailable', 1, true],
] as const)('%o passes', (said, code, retryAfterSeconds, isUntouched) => {
  const passing = passingWrite(said, 0);
  expect(passing).toMatchObject({ isUntouched, failure: { code } });
  expect(passing?.failure.retryAfterSeconds).toBe(retryAfterSeconds);
});

it.each([200, 201, 204, 400, 401, 403, 404, 409, 412, 501])('%d does not', (status) => {
  expect(passingWrite(response(status), 0)).toBeUndefined();
});

const USED = 'x-ms-throttle-limit-percentage';

it.each([
  ['nothing in particular', [response(204), response(400)], { used: 0 }],
  [
    'the most that is used',
    [response(204, { [USED]: '0.8' }), response(204, { [USED]: '1.3' })],
    { used: 1.3 },
  ],
  [
    'no nonsense',
    [response(204, { [USED]: '9'.repeat(400) }), response(204, { [USED]: 'x' })],
    { used: 0 },
  ],
  [
    'the longest pause',
    [response(429, { 'Retry-After': '1.5' }), response(429, { 'Retry-After': '9' })],
    { used: 0, retryAfterSeconds: 9 },
  ],
  ['nothing where nobody answered', [response(504), response(503, { 'Retry-After': '9' })], {}],
])('answers say of the load %s', (_, responses, load) => {
  expect(loadOf(responses, 0)).toEqual(load);
});
