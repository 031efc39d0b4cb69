import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/tenant/faults.ts';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { newCrew, newPerson, refTo, urlOf } from './written-things.ts';

let under: TenantUnderTest;
beforeEach(async () => {
  under = await tenantUnderTest({ seed: { users: 5, groups: 1, memberships: 2 } });
});
afterEach(() => under.tenant.close());

const faults = (...list: Fault[]) => under.control('POST faults', list);
const wait = (advanceSeconds: number) => under.control('POST clock', { advanceSeconds });
const send = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  under.raw(path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    ...(headers && { headers }),
  });
const newUser = async (): Promise<string> => (await under.graph.api('/users').post(newPerson())).id;

describe('a lost answer', () => {
  it.each<[string, (id: string) => Promise<Response>, object]>([
    ['PATCH /users', (id) => send('PATCH', `/users/${id}`, { city: 'Cork' }), { city: 'Cork' }],
    [
      'DELETE /users',
      (id) => send('DELETE', `/users/${id}`),
      { deletedDateTime: expect.any(String) },
    ],
    [
      'PUT /users',
      (id) => send('PUT', `/users/${id}/manager/$ref`, refTo(id)),
      { manager: expect.any(String) },
    ],
  ])('to %s comes after the write', async (route, write, expected) => {
    const id = await newUser();
    await faults({ kind: 'lostAnswer', route, count: 1 });
    await expect(write(id)).rejects.toThrow('fetch failed');
    expect(await under.control(`GET users/${id}`)).toMatchObject(expected);
  });

  it('to a creation leaves what was created', async () => {
    await faults({ kind: 'lostAnswer', count: 1 });
    const body = newPerson();
    await expect(send('POST', '/users', body)).rejects.toThrow();
    expect((await send('POST', '/users', body)).status).toBe(400);
    const found = await under.control(`GET users/${String(body.userPrincipalName)}`);
    expect(found.displayName).toBe('Ada Quill');
  });

  it('strikes no read, and no write that was refused', async () => {
    await faults({ kind: 'lostAnswer', count: 1 });
    expect((await send('GET', '/users')).status).toBe(200);
    expect((await send('POST', '/users', {})).status).toBe(400);
    await expect(send('POST', '/groups', newCrew())).rejects.toThrow();
  });

  it.each([
    ['one of a batch is a 504', true],
    ['a whole batch is none at all', false],
  ])('to %s', async (_name, batched) => {
    const ids = [await newUser(), await newUser()];
    await faults({ kind: 'lostAnswer', batched, count: 1 });
    const requests = ids.map((id) => ({
      id,
      method: 'PATCH',
      url: `/users/${id}`,
      headers: { 'Content-Type': 'application/json' },
      body: { city: 'Cork' },
    }));
    const sent = send('POST', '/$batch', { requests });
    if (batched) {
      const { responses } = (await (await sent).json()) as { responses: { status: number }[] };
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 504]);
    } else await expect(sent).rejects.toThrow();
    for (const id of ids) {
      expect(await under.control(`GET users/${id}`)).toMatchObject({ city: 'Cork' });
    }
  });
});

describe('a concurrency violation', () => {
  it('is a 409 to writes only, which are not carried out', async () => {
    const id = await newUser();
    await faults({ kind: 'concurrency', count: 1, retryAfterSeconds: 1.5 });
    expect((await send('GET', `/users/${id}`)).status).toBe(200);
    const clash = await send('PATCH', `/users/${id}`, { city: 'Cork' });
    expect([clash.status, clash.headers.get('retry-after')]).toEqual([409, '1.5']);
    expect(await clash.json()).toMatchObject({ error: { code: 'Directory_ConcurrencyViolation' } });
    expect(await under.control(`GET users/${id}`)).not.toHaveProperty('city');
    await under.graph.api(`/users/${id}`).patch({ city: 'Cork' });
  });
});

describe('new objects that some replicas do not know yet', () => {
  beforeEach(() =>
    faults({ kind: 'lag', creations: true, seconds: 4, reads: true, readPercent: 50 }),
  );

  /** What so many requests are answered with, each status once. */
  async function statuses(times: number, request: () => Promise<Response>): Promise<number[]> {
    const seen = new Set<number>();
    for (let number = 0; number < times; number += 1) seen.add((await request()).status);
    return [...seen].toSorted((a, b) => a - b);
  }

  it('answer 404 now and then, and are no targets of links', async () => {
    const group = String((await under.control('POST groups', {})).id);
    const old = await newUser();
    await wait(5);
    const id = await newUser();
    expect(await statuses(30, () => send('GET', `/users/${id}`))).toEqual([200, 404]);
    const join = () => send('POST', `/groups/${group}/members/$ref`, refTo(id));
    const leave = () => send('DELETE', `/groups/${group}/members/${id}/$ref`);
    const joinAndLeave = async () => {
      const joined = await join();
      if (joined.status === 204) expect((await leave()).status).toBe(204);
      return joined;
    };
    expect(await statuses(30, joinAndLeave)).toEqual([204, 400]);
    const manager = `/users/${old}/manager/$ref`;
    expect(await statuses(30, () => send('PUT', manager, refTo(id)))).toEqual([204, 400]);
    const bind = () => send('POST', '/groups', newCrew({ 'members@odata.bind': [urlOf(id)] }));
    expect(await statuses(30, bind)).toEqual([201, 400]);
    await wait(5);
    expect(await statuses(10, () => send('GET', `/users/${id}`))).toEqual([200]);
    expect((await join()).status).toBe(204);
  });

  it('show in deltas later, with what was written since; the others at once', async () => {
    const { deltaLink } = await under.round('/users/delta?$select=displayName');
    const old = String((await under.control('POST users', { displayName: 'Old' })).id);
    await wait(5);
    const first = await under.round(deltaLink);
    expect(first.items).toEqual([{ id: old, displayName: 'Old' }]);
    const id = await newUser();
    await under.control(`PATCH users/${id}`, { displayName: 'Renamed' });
    await under.control(`PATCH users/${old}`, { displayName: 'Older' });
    const second = await under.round(first.deltaLink);
    expect(second.items).toEqual([{ id: old, displayName: 'Older' }]);
    await wait(5);
    const third = await under.round(second.deltaLink);
    expect(third.items).toEqual([{ id, displayName: 'Renamed' }]);
  });

  it('keep names from others all the while', async () => {
    const body = newPerson();
    await under.graph.api('/users').post(body);
    const error = await refusal(under.graph.api('/users').post(body));
    expect(error.message).toMatch(/userPrincipalName already exists/);
  });
});

describe('writes', () => {
  it('show in deltas as any change does', async () => {
    const users = await under.round('/users/delta?$select=displayName,manager');
    const groups = await under.round('/groups/delta?$select=displayName,members');
    const [id, boss] = [await newUser(), await newUser()];
    await under.graph.api(`/users/${id}/manager/$ref`).put(refTo(boss));
    const bound = { 'members@odata.bind': [urlOf(id)] };
    const group = (await under.graph.api('/groups').post(newCrew(bound))).id;
    const member = { '@odata.type': '#microsoft.graph.user', id };
    const seen = await under.round(users.deltaLink);
    expect(seen.items.find((item) => item.id === id)).toMatchObject({
      displayName: 'Ada Quill',
      'manager@delta': [{ id: boss }],
    });
    const grown = await under.round(groups.deltaLink);
    expect(grown.items).toEqual([{ id: group, displayName: 'Crew', 'members@delta': [member] }]);
    await under.graph.api(`/groups/${group}/members/${id}/$ref`).delete();
    await under.graph.api(`/users/${id}`).delete();
    const shrunk = await under.round(grown.deltaLink);
    expect(shrunk.items[0]?.['members@delta']).toEqual([
      { ...member, '@removed': { reason: 'deleted' } },
    ]);
    const gone = await under.round(seen.deltaLink);
    expect(gone.items).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    await under.graph.api(`/directory/deletedItems/${id}`).delete();
    const purged = await under.round(gone.deltaLink);
    expect(purged.items).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  });
});
