import { describe, expect, it } from 'vitest';
import { findRestorable } from '../../../lib/entra/find-restorable.ts';
import { readManagers } from '../../../lib/entra/read-managers.ts';
import { batch, notFound, type SubAnswer, subError, subRequestsOf } from './fake-batch.ts';
import { fakeGraph, type Step } from './fake-graph.ts';

const typed = (kind: string, id: string): SubAnswer => ({
  body: { '@odata.type': `#microsoft.graph.${kind}`, id },
});
const idIn = (url: string) => /Items\/([^?]*)/.exec(url)?.[1] ?? '';
const always = (step: Step) => Array.from({ length: 9 }, () => step);

describe('findRestorable', () => {
  it('asks 20 at a time, each id once', async () => {
    const ids = Array.from({ length: 41 }, (_, index) => `id-${index}`);
    const bin = batch((url) => (idIn(url) === 'id-7' ? notFound : typed('user', idIn(url))));
    const { graph, requests } = fakeGraph(always(bin));
    const found = await findRestorable(graph, 'user', [...ids, 'id-0']);
    expect([found.size, found.has('id-7')]).toEqual([40, false]);
    const sizes = requests.map(async (request) => (await subRequestsOf(request)).length);
    expect(await Promise.all(sizes)).toEqual([20, 20, 1]);
  });

  it('gives ids back as they were asked', async () => {
    const { graph } = fakeGraph([batch(() => typed('user', 'ab-1'))]);
    expect(await findRestorable(graph, 'user', ['AB-1'])).toEqual(new Set(['AB-1']));
  });

  it('keeps ids within their place of the path', async () => {
    const { graph, requests } = fakeGraph([batch(() => notFound)]);
    await findRestorable(graph, 'user', ['a/b?c']);
    const [request] = requests;
    expect(request && (await subRequestsOf(request))[0]?.url).toBe(
      '/directory/deletedItems/a%2Fb%3Fc?$select=id',
    );
  });

  it.each(['group', 'application'])('leaves out what is a deleted %s', async (kind) => {
    const { graph } = fakeGraph([batch(() => typed(kind, 'a'))]);
    expect(await findRestorable(graph, 'user', ['a'])).toEqual(new Set());
  });

  it.each([
    ['another object', typed('user', 'b'), 'bad-answer'],
    ['no type', { body: { id: 'a' } }, 'bad-answer'],
    ['no body', { body: null }, 'bad-answer'],
    ['a 404 that is not of Graph', { status: 404, body: '<html>' }, 'bad-answer'],
    ['a 404 of another code', subError(404, 'UnknownError'), 'bad-answer'],
    ['a 400', subError(400, 'Request_BadRequest'), 'bad-answer'],
    ['a 403', subError(403, 'Authorization_RequestDenied'), 'access-denied'],
  ])('does not take %s for absence', async (_, answer, code) => {
    const { graph } = fakeGraph([
      batch((url) => (idIn(url) === 'a' ? answer : typed('user', idIn(url)))),
    ]);
    await expect(findRestorable(graph, 'user', ['x', 'a'])).rejects.toMatchObject({ code });
  });
});

describe('readManagers', () => {
  it('leaves out who has none, or a contact', async () => {
    const answers: Record<string, SubAnswer> = {
      '/users/a/manager?$select=id': typed('user', 'chief'),
      '/users/b/manager?$select=id': typed('orgContact', 'outsider'),
      '/users/c/manager?$select=id': notFound,
    };
    const { graph, requests } = fakeGraph([batch((url) => answers[url] ?? { status: 400 })]);
    const managers = await readManagers(graph, ['a', 'b', 'c']);
    expect(managers).toEqual(new Map([['a', 'chief']]));
    expect(requests).toHaveLength(1);
  });
});
