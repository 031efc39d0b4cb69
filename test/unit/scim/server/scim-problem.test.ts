import { expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../../lib/errors.ts';
import { ScimError } from '../../../../lib/scim/scim-error.ts';
import { scimProblem } from '../../../../lib/scim/server/scim-problem.ts';

const SCHEMAS = ['urn:ietf:params:scim:api:messages:2.0:Error'];

it('tells what a SCIM error says, its status as a text', () => {
  expect(scimProblem(new ScimError(400, 'invalidFilter', 'why'))).toEqual({
    status: 400,
    headers: {},
    body: { schemas: SCHEMAS, scimType: 'invalidFilter', detail: 'why', status: '400' },
  });
  expect(scimProblem(new ScimError(404, undefined, 'why')).body).toEqual({
    schemas: SCHEMAS,
    detail: 'why',
    status: '404',
  });
});

it.each([
  ['bad-request', 400],
  ['unauthorized', 401],
  ['access-denied', 403],
  ['conflict', 409],
  ['payload-too-large', 413],
  ['unavailable', 503],
  ['throttled', 503],
  ['deadline', 503],
  ['state-changed', 503],
  ['not-found', 500],
  ['state-exists', 500],
  ['bad-answer', 500],
  ['bad-configuration', 500],
] as const satisfies readonly (readonly [ErrorCode, number])[])('%s is %i', (code, status) => {
  const problem = scimProblem(new AppError(code, 'why'));
  expect(problem.status).toBe(status);
  expect(problem.body).toMatchObject({ schemas: SCHEMAS, status: String(status) });
});

it.each([
  [undefined, '5'],
  [0.2, '1'],
  [7, '7'],
])(
  'trap 04: a storage that cannot be reached is 503, to be asked again: %s s',
  (seconds, header) => {
    const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    const { status, headers } = scimProblem(new AppError('unavailable', 'why', details));
    expect(status).toBe(503);
    expect(headers).toEqual({ 'retry-after': header });
  },
);

it('names the scheme of a credential that is missing', () => {
  expect(scimProblem(new AppError('unauthorized', 'why')).headers).toEqual({
    'www-authenticate': 'Bearer realm="scim"',
  });
});

it.each([new Error('secret'), new TypeError('secret'), 'secret', undefined, { status: 404 }])(
  'says nothing of an error that is not ours: %s',
  (error) => {
    const problem = scimProblem(error);
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
  },
);
