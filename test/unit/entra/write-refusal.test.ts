import { describe, expect, it } from 'vitest';
import {
  isMemberAlready,
  isNotThere,
  isUnknown,
  refusedBy,
} from '../../../lib/entra/write-refusal.ts';

const answer = (status: number, code: string, more: object = {}) => ({
  status,
  body: { error: { code, message: 'Secret Person', ...more } },
  requestId: 'r-1',
});
const conflict = (target?: string) => ({ details: [{ code: 'ObjectConflict', target }] });
const TOO_NEW = "The source resource object or one of the objects being referenced don't exist.";
const MEMBER_ALREADY =
  "One or more added object references already exist for the following modified properties: 'members'.";
const NO_MEMBER =
  "One or more removed object references do not exist for the following modified properties: 'members'.";

describe('a refusal', () => {
  it.each([
    ['taken', answer(400, 'Request_BadRequest', conflict('userPrincipalName'))],
    ['taken', answer(409, 'Request_MultipleObjectsWithSameKeyValue')],
    ['quota', answer(400, 'Directory_QuotaExceeded')],
    ['quota', answer(403, 'Directory_QuotaExceeded')],
    ['denied', answer(403, 'Authorization_RequestDenied')],
    ['denied', answer(403, 'AccessDenied')],
    ['denied', { status: 403, body: undefined, requestId: undefined }],
    ['missing', answer(404, 'Request_ResourceNotFound')],
    ['missing', answer(404, 'Directory_ObjectNotFound')],
    ['missing', answer(400, 'Request_BadRequest', { message: TOO_NEW })],
    ['refused', answer(400, 'Request_BadRequest')],
    ['refused', answer(400, 'Request_BadRequest', { message: MEMBER_ALREADY })],
    ['refused', answer(412, 'Request_PreconditionFailed')],
    ['refused', { status: 400, body: '<html>', requestId: undefined }],
    ['later', answer(401, 'InvalidAuthenticationToken')],
    ['later', answer(404, 'BadGatewayRoute')],
    ['later', { status: 404, body: null, requestId: undefined }],
  ] as const)('is %s: %o', (reason, refusal) => {
    const refused = refusedBy(refusal);
    expect(refused).toMatchObject({ ok: false, reason });
    expect(JSON.stringify(refused)).not.toContain('Secret');
  });

  it('names status, code and request, and the property where Graph does', () => {
    expect(refusedBy(answer(400, 'Request_BadRequest', conflict('mailNickname')))).toEqual({
      ok: false,
      reason: 'taken',
      target: 'mailNickname',
      detail: 'Graph answered 400 Request_BadRequest, request-id r-1',
    });
  });

  it.each([
    ['nothing', undefined],
    ['a value', 'ada@contoso.example'],
    ['a sentence', 'the name of Ada Quill'],
    ['too much', 'x'.repeat(101)],
  ])('hands on no target that is %s', (_, target) => {
    const refused = refusedBy(answer(400, 'Request_BadRequest', conflict(target)));
    expect(refused.reason).toBe('taken');
    expect(refused).not.toHaveProperty('target');
  });
});

it.each([
  [400, MEMBER_ALREADY, true],
  [400, TOO_NEW, false],
  [400, NO_MEMBER, false],
  [403, MEMBER_ALREADY, false],
])('a member is one already: %d %s', (status, message, expected) => {
  expect(isMemberAlready(answer(status, 'Request_BadRequest', { message }))).toBe(expected);
});

it.each([
  [404, 'Request_ResourceNotFound', 'gone', true],
  [404, 'SomethingElse', 'gone', false],
  [400, 'Request_BadRequest', NO_MEMBER, true],
  [400, 'Request_BadRequest', TOO_NEW, false],
  [403, 'Authorization_RequestDenied', NO_MEMBER, false],
])('nothing is there to be taken away: %d %s %s', (status, code, message, expected) => {
  expect(isNotThere(answer(status, code, { message }))).toBe(expected);
});

it('an object is unknown only where Graph says so itself', () => {
  expect(isUnknown(answer(404, 'Request_ResourceNotFound'))).toBe(true);
  expect(isUnknown({ status: 404, body: '<html>', requestId: undefined })).toBe(false);
});
