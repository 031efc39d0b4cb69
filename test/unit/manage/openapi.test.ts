import { HttpRequest, HttpResponse } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { manage, ROUTES } from '../../../lib/manage/manage.ts';
import { DESCRIPTION, misfits, type Operation } from '../../scenarios/described.ts';
import { fakeNeeds } from './fake-needs.ts';

const OPERATIONS = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
  ),
);

const byRoute = new Map<string, Operation>(OPERATIONS);

describe('the description', () => {
  it('is of every route and of nothing else, each with the role that it takes', () => {
    expect([...byRoute.keys()].toSorted()).toEqual(
      ROUTES.map(([method, path]) => `${method} ${path}`).toSorted(),
    );
    for (const [method, path, role] of ROUTES)
      expect(byRoute.get(`${method} ${path}`)?.security).toEqual([{ entra: [role] }]);
  });

  it('gives every operation a name of its own', () => {
    const names = OPERATIONS.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(DESCRIPTION);
    const referred = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, to = '']) => to);
    expect(referred.length).toBeGreaterThan(50);
    const names = Object.keys(DESCRIPTION.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );
    expect([...new Set(referred)].filter((to) => !names.includes(to))).toEqual([]);
    expect(text).not.toContain('$defs');
  });

  it('is what the route shows, to whoever may read', async () => {
    const url = 'https://tandem.example/manage/openapi.json';
    const headers = { authorization: 'Bearer of-this-machine' };
    const request = new HttpRequest({ method: 'GET', url, headers });
    const needs = fakeNeeds({ adminToken: 'of-this-machine' });
    const response = new HttpResponse(await manage(async () => needs, request));
    expect(response.headers.get('content-type')).toBe('application/json');
    const shown = JSON.parse(await response.text());
    expect(shown).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String) } });
    expect(Object.keys(shown.paths)).toEqual(Object.keys(DESCRIPTION.paths));
  });
});

describe.each(OPERATIONS)('%s', (route, operation) => {
  const answers = Object.entries(operation.responses);

  it('names what its path names, and every problem that it can have', () => {
    const inBraces = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const ofPath = operation.parameters.filter((one) => one.in === 'path');
    expect(ofPath.map(({ name }) => name)).toEqual(inBraces);
    expect(ofPath.every(({ required }) => required)).toBe(true);
    const expected = ['401', '403', '500', '503', ...(inBraces.length > 0 ? ['404'] : [])];
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(expected));
    for (const [status, { content }] of answers.filter(([code]) => code >= '400'))
      expect([status, content['application/problem+json']]).toEqual([
        status,
        {
          schema: { $ref: '#/components/schemas/Problem' },
          example: expect.objectContaining({ status: Number(status) }),
        },
      ]);
  });

  it('gives examples that fit', () => {
    const body = operation.requestBody?.content['application/json'];
    if (body) expect(misfits(body.schema, body.example)).toEqual([]);
    for (const { content } of answers.map(([, answer]) => answer)) {
      const problem = content['application/problem+json'];
      if (problem) expect(misfits(problem.schema, problem.example)).toEqual([]);
    }
    const good = answers.filter(([status]) => status < '400');
    expect(good.length).toBeGreaterThan(0);
    for (const [status, { content }] of good) {
      const { schema, example } = content['application/json'] ?? {};
      expect([status, schema === undefined]).toEqual([status, status === '204']);
      if (schema !== undefined) expect(misfits(schema, example)).toEqual([]);
    }
  });
});

describe('a body', () => {
  const status = () =>
    structuredClone(
      byRoute.get('GET /manage/connections/{connectionId}/status')?.responses['200']?.content[
        'application/json'
      ],
    ) as { schema: unknown; example: Record<string, unknown> };

  it('that has more than is described, or less, or something else, does not fit', () => {
    const { schema, example } = status();
    expect(misfits(schema, example)).toEqual([]);
    const { failures: _, ...less } = example;
    for (const wrong of [
      { ...example, more: 1 },
      less,
      { ...example, failures: -1 },
      { ...example, lastRun: { ...(example.lastRun as object), more: 1 } },
      { ...example, lastSync: 'yesterday' },
    ])
      expect(misfits(schema, wrong)).not.toEqual([]);
  });
});
