import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({ seed: { users: 1200, groups: 30, memberships: 3000, seed: 4 } });
});
afterAll(() => under.tenant.close());

interface DumpLine {
  readonly kind: string;
  readonly id: string;
  readonly manager?: string | null;
  readonly members?: readonly { id: string; kind: string }[];
}
async function dump(): Promise<DumpLine[]> {
  const text = await (await fetch(`${under.tenant.baseUrl}/__tenant/dump`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the dump', () => {
  it('holds every live object, large groups over several lines', async () => {
    const lines = await dump();
    const users = lines.filter((line) => line.kind === 'user');
    const groups = lines.filter((line) => line.kind === 'group');
    expect(users).toHaveLength(1200);
    expect(new Set(groups.map((line) => line.id)).size).toBe(30);
    expect(groups.length).toBe(31);
    const members = groups.flatMap((line) => line.members ?? []);
    expect(members).toHaveLength(3000);
    expect(new Set(members.map(({ kind }) => kind))).toEqual(new Set(['user', 'group', 'device']));
    expect(users.filter((line) => line.manager === null).length).toBeLessThan(60);
  });

  it('leaves out what is deleted', async () => {
    const made = await under.control('POST users', { displayName: 'Short Stay' });
    const group = await under.control('POST groups', { displayName: 'Stay' });
    await under.control(`POST groups/${String(group.id)}/members`, { id: made.id });
    await under.control(`DELETE users/${String(made.id)}`);
    const lines = await dump();
    expect(lines.some((line) => line.id === made.id)).toBe(false);
    expect(lines.find((line) => line.id === group.id)?.members).toEqual([]);
    await under.control(`DELETE groups/${String(group.id)}?hard=true`);
  });
});

describe('statistics', () => {
  it('count requests to Graph since the reset, tokens apart', async () => {
    await under.control('POST reset');
    await under.graph.api('/users').top(999).select('id').get();
    const made = await under.control('POST users', {});
    await under.graph.api(`/users/${String(made.id)}`).patch({ city: 'Cork' });
    expect(await under.control('GET stats')).toMatchObject({
      requests: 2,
      resourceUnits: 2,
      writes: 1,
      byRoute: { 'GET /users': 1, 'PATCH /users/{id}': 1 },
      directory: { groups: 30, memberships: 3000 },
    });
  });
});

describe('objects', () => {
  it('are found by id, sign-in name, display name and search', async () => {
    const made = await under.control('POST users', {
      displayName: 'Zoë O’Hara',
      mail: 'zoe@x.example',
    });
    expect(made.userPrincipalName).toBe('zoe.ohara@haldenworks.example');
    const namesake = await under.control('POST users', { displayName: 'Zoë O’Hara' });
    expect(namesake.userPrincipalName).toBe('zoe.ohara2@haldenworks.example');
    const byName = await under.control(`GET users/${String(made.userPrincipalName)}`);
    expect(byName.id).toBe(made.id);
    const found = await under.control('GET users?search=zoe@x');
    expect(found.value).toMatchObject([{ id: made.id }]);
    const group = await under.control('GET groups/All%20of%20Haldenworks');
    expect(group).toMatchObject({ memberCount: 1200 });
  });

  it('refuse what cannot be', async () => {
    await expect(under.control('GET users/nobody')).rejects.toThrow(/404/);
    await expect(under.control('POST faults', [{ kind: 'flood' }])).rejects.toThrow(/400/);
    const made = await under.control('POST users', { displayName: 'Uno' });
    const twin = { userPrincipalName: made.userPrincipalName };
    await expect(under.control('POST users', twin)).rejects.toThrow(/409/);
    await expect(under.control('GET nothing')).rejects.toThrow(/404/);
  });
});

describe('what Graph refuses to write', () => {
  it.each([
    ['mailEnabledSecurity', { groupTypes: [], mailEnabled: true, securityEnabled: true }],
    ['distribution', { groupTypes: [], mailEnabled: true, securityEnabled: false }],
    ['dynamicSecurity', { groupTypes: ['DynamicMembership'], mailEnabled: false }],
    ['microsoft365', { groupTypes: ['Unified'], mailEnabled: true }],
  ])('is made by a word: %s', async (groupKind, properties) => {
    const made = await under.control('POST groups', { displayName: 'Odd one', groupKind });
    expect(made).toMatchObject({ displayName: 'Odd one', ...properties });
    await under.control(`DELETE groups/${String(made.id)}?hard=true`);
  });

  it('has administrators, who show as such here and not in Graph', async () => {
    const { id } = await under.control('POST users', { displayName: 'Chief', administrator: true });
    expect(await under.control(`GET users/${String(id)}`)).toMatchObject({ administrator: true });
    expect(await under.graph.api(`/users/${String(id)}`).get()).not.toHaveProperty('administrator');
    const off = await under.control(`PATCH users/${String(id)}`, { administrator: false });
    expect(off).not.toHaveProperty('administrator');
    await expect(under.control('POST groups', { groupKind: 'secret' })).rejects.toThrow(/400/);
  });
});

describe('the process', () => {
  it('says when it is ready and ends with its parent', async () => {
    const { makeCertificates } = await import('../../../local/certificates.ts');
    const { mkdtemp, rm } = await import('node:fs/promises');
    const directory = await mkdtemp('/tmp/tenant-process-');
    const { key, cert } = await makeCertificates(directory);
    const options = JSON.stringify({
      tls: { key, cert },
      seed: { users: 5, groups: 1, memberships: 2 },
    });
    const main = new URL('../../../local/tenant/main.ts', import.meta.url);
    const child = fork(main, [options]);
    const [message] = await once(child, 'message');
    expect(message).toMatchObject({
      ready: true,
      port: expect.any(Number),
      tenantId: expect.any(String),
    });
    child.disconnect();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    await rm(directory, { recursive: true });
  });
});
