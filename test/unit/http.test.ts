import { HttpRequest, type HttpRequestInit, HttpResponse } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import {
  bearerToken,
  checkIfMatch,
  clientHasVersion,
  etagOf,
  problemResponse,
  readJson,
  requireIfMatch,
} from '../../lib/http.ts';

const url = 'https://tandem.example/manage/connections/a?code=secret';

function request(init: Partial<HttpRequestInit> = {}): HttpRequest {
  return new HttpRequest({ method: 'POST', url, ...init });
}

function posting(body: string | Uint8Array, headers: Record<string, string> = {}): HttpRequest {
  return request({
    headers,
    body: typeof body === 'string' ? { string: body } : { bytes: body },
  });
}

function withHeader(name: string, value: string | undefined): HttpRequest {
  return request(value === undefined ? {} : { headers: { [name]: value } });
}

const refused = (code: ErrorCode) => expect.objectContaining({ code });

describe('readJson', () => {
  const schema = z.object({ name: z.string(), entra: z.object({ tenantId: z.guid() }) });
  const valid = { name: 'Zoë', entra: { tenantId: '3f8a7f0e-56a7-4c38-9f1e-0d1c2b3a4f5e' } };

  it('reads what the schema describes', async () => {
    expect(await readJson(posting(JSON.stringify(valid)), schema)).toEqual(valid);
    expect(await readJson(posting(`\uFEFF${JSON.stringify(valid)}`), schema)).toEqual(valid);
  });

  it('names every problem with its path, and no value', async () => {
    const body = JSON.stringify({ name: 42, entra: { tenantId: 'Ada Lovelace' } });
    const failure = await readJson(posting(body), schema).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bad-request' });
    expect(failure).toHaveProperty('message', expect.stringMatching(/^name: .*; entra.tenantId: /));
    expect(failure).toHaveProperty('message', expect.not.stringContaining('Ada'));
  });

  it('stops naming them at some point', async () => {
    const body = JSON.stringify(Array.from({ length: 60 }, () => 1));
    await expect(readJson(posting(body), z.array(z.string()))).rejects.toThrow(/; and 10 more$/);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"name": "Ada'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('refuses %s without quoting it', async (_, body) => {
    await expect(readJson(posting(body), z.string())).rejects.toEqual(refused('bad-request'));
    await expect(readJson(posting(body), z.string())).rejects.not.toThrow(/Ada/);
  });

  it('counts bytes, not characters, and takes no word for the length', async () => {
    const text = JSON.stringify('ä'.repeat(10));
    expect(await readJson(posting(text), z.string(), { maxBytes: 22 })).toHaveLength(10);
    await expect(readJson(posting(text), z.string(), { maxBytes: 21 })).rejects.toEqual(
      refused('payload-too-large'),
    );
    const stated = posting('"a"', { 'content-length': '2000000' });
    await expect(readJson(stated, z.string())).rejects.toEqual(refused('payload-too-large'));
    const hidden = posting(JSON.stringify('a'.repeat(1024 * 1024)));
    await expect(readJson(hidden, z.string())).rejects.toEqual(refused('payload-too-large'));
  });

  it('counts levels, but not brackets inside of strings', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(await readJson(posting(deep(32)), z.unknown())).toBeInstanceOf(Array);
    for (const levels of [33, 400_000])
      await expect(readJson(posting(deep(levels)), z.json())).rejects.toEqual(
        refused('bad-request'),
      );
    const quoted = ['[[[[', '"[[', '\\', '{{'];
    const limits = { maxDepth: 1 };
    expect(await readJson(posting(JSON.stringify(quoted)), z.unknown(), limits)).toEqual(quoted);
  });
});

describe('problemResponse', () => {
  it('tells code, sentence and path, but not the query', async () => {
    const response = new HttpResponse(
      problemResponse(new AppError('not-found', 'no connection a'), request()),
    );
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'urn:tandem:error:not-found',
      title: 'There is no such thing',
      status: 404,
      detail: 'no connection a',
      instance: '/manage/connections/a',
    });
  });

  it('says nothing of errors that are not ours', async () => {
    const response = new HttpResponse(problemResponse(new Error('password 123'), request()));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('123');
  });

  it('passes a pause on in whole seconds', () => {
    const error = new AppError('throttled', 'wait', { retryAfterSeconds: 2.1 });
    expect(problemResponse(error, request())).toMatchObject({
      status: 503,
      headers: { 'retry-after': '3' },
    });
  });

  it('names the scheme where a token is missing', () => {
    const error = new AppError('unauthorized', 'no');
    expect(problemResponse(error, request()).headers).toMatchObject({
      'www-authenticate': 'Bearer realm="Tandem"',
    });
  });

  it.each([
    ['unauthorized', 'invalid_token', 401],
    ['access-denied', 'insufficient_scope', 403],
  ] as const)('says with %s what was wrong with a token: %s', (code, tokenError, status) => {
    const error = new AppError(code, 'it says "no"\\é\r\n', { tokenError });
    const answer = problemResponse(error, request());
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'www-authenticate': `Bearer realm="Tandem", error="${tokenError}", error_description="it says 'no'''''"`,
    });
  });

  it('asks for no token where another one would not help', () => {
    const error = new AppError('access-denied', 'no');
    expect(problemResponse(error, request()).headers).not.toHaveProperty('www-authenticate');
  });

  it.each([
    ['bad-request', 400],
    ['access-denied', 403],
    ['conflict', 409],
    ['precondition-failed', 412],
    ['payload-too-large', 413],
    ['bad-configuration', 500],
    ['bad-answer', 502],
    ['unavailable', 503],
    ['deadline', 504],
  ] as const)('answers %s with %d', (code, status) => {
    expect(problemResponse(new AppError(code, ''), request()).status).toBe(status);
  });
});

describe('bearerToken', () => {
  const tokenOf = (header: string | undefined) => bearerToken(withHeader('authorization', header));

  it.each(['Bearer right', 'bearer right', 'BEARER  right'])('reads %j', (header) => {
    expect(tokenOf(header)).toBe('right');
  });

  it.each([
    undefined,
    '',
    'right',
    'Bearer',
    'Bearer ',
    'Bearer right right',
    'Basic right',
    'Bearer, right',
  ])('finds none in %j', (header) => {
    expect(tokenOf(header)).toBeUndefined();
  });
});

describe('versions', () => {
  const version = 'W/"datetime\'2026-01-01T00%3A00\'"';
  const tag = etagOf(version);

  it('become tags that hold no quotes', () => {
    expect(tag).toMatch(/^"[^"]+"$/);
    expect(etagOf('7')).toBe('"7"');
  });

  it.each([
    [undefined, true],
    ['*', true],
    [tag, true],
    [`"other, ${'x'}", ${tag}`, true],
    ['"other"', false],
    [`W/${tag}`, false],
    ['', false],
    [version, false],
  ])('If-Match: %j passes: %j', (header, passes) => {
    const check = () => checkIfMatch(withHeader('if-match', header), version);
    if (passes) expect(check).not.toThrow();
    else expect(check).toThrow(refused('precondition-failed'));
  });

  it.each(['*', '"1"'])('If-Match: %s fails where there is nothing yet', (header) => {
    const check = () => checkIfMatch(withHeader('if-match', header), undefined);
    expect(check).toThrow(refused('precondition-failed'));
  });

  it('have to be named where a write must not go over an unseen change', () => {
    expect(() => requireIfMatch(request(), '1')).toThrow(refused('precondition-failed'));
    expect(() => requireIfMatch(withHeader('if-match', '"2"'), '1')).toThrow();
    expect(() => requireIfMatch(withHeader('if-match', '"1"'), '1')).not.toThrow();
  });

  it.each([
    [undefined, false],
    ['*', true],
    [tag, true],
    [`W/${tag}`, true],
    [`"other", W/${tag}`, true],
    ['"other"', false],
  ])('If-None-Match: %j says the client has it: %j', (header, has) => {
    expect(clientHasVersion(withHeader('if-none-match', header), version)).toBe(has);
  });
});
