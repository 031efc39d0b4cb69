import { ClientSecretCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Means } from '../../infra/entra/carry-out.ts';
import type { Desired } from '../../infra/entra/desired.ts';
import { findRegistration } from '../../infra/entra/find.ts';
import { permissionsOf } from '../../infra/entra/permissions.ts';
import { setUp } from '../../infra/entra/set-up.ts';
import { type Graph, openGraph } from '../../lib/entra/client.ts';
import { startTenant, type Tenant } from '../../local/tenant/tenant.ts';
import { trustedCertificates } from './trusted-certificates.ts';

const ADMINISTRATOR = {
  clientId: 'aaaaaaaa-0000-4000-8000-00000000000a',
  secret: 'administrator-secret',
  roles: ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read.All'],
};
const REGISTRAR = {
  clientId: 'aaaaaaaa-0000-4000-8000-00000000000b',
  secret: 'registrar-secret',
  roles: ['Application.ReadWrite.All'],
};
const IDENTITY = 'bbbbbbbb-0000-4000-8000-00000000000b';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant({
    tls: await trustedCertificates(),
    apps: [ADMINISTRATOR, REGISTRAR],
    seed: { users: 3, groups: 1, memberships: 2, seed: 5 },
  });
});
afterAll(() => tenant.close());

const graphOf = ({ clientId, secret }: { clientId: string; secret: string }): Graph =>
  openGraph({
    baseUrl: tenant.baseUrl,
    clock: Date,
    credential: new ClientSecretCredential(tenant.tenantId, clientId, secret, {
      authorityHost: tenant.baseUrl,
      disableInstanceDiscovery: true,
    }),
  });

const issuer = () => `https://login.microsoftonline.com/${tenant.tenantId}/v2.0`;

let registrations = 0;

/** A registration of a name that nobody has yet, and how to bring it about. */
function story(change: Partial<Desired> = {}, graph = graphOf(ADMINISTRATOR)) {
  registrations += 1;
  const name = `Tandem ${registrations} ${crypto.randomUUID()}`;
  const told: string[] = [];
  const slept: number[] = [];
  const desired: Desired = {
    name,
    permissions: permissionsOf(['import-users', 'import-groups']),
    isMultiTenant: false,
    publicUrl: 'https://sync.example.com',
    identity: { principalId: IDENTITY, issuer: issuer() },
    administrators: [],
    consents: true,
    ...change,
  };
  const means: Means = { graph, sleep: async (pause) => void slept.push(pause) };
  const sought = { name, clientId: undefined };
  const run = (wanted: Partial<Desired> = {}, agreed = true) => {
    told.length = 0;
    const talk = { tell: (line: string) => void told.push(line), isAgreed: async () => agreed };
    return setUp({ ...means, ...talk }, sought, { ...desired, ...wanted });
  };
  const found = () => findRegistration(graphOf(ADMINISTRATOR), sought);
  const permissions = async () => {
    const { granted, graph: known } = await found();
    const names = new Map([...known.permissions].map(([permission, id]) => [id, permission]));
    const held = granted.map(({ appRoleId }) => names.get(appRoleId) ?? appRoleId);
    return held.sort((one, other) => one.localeCompare(other));
  };
  return { run, found, permissions, told, slept, name };
}

async function someUser(): Promise<string> {
  const answer = await graphOf(ADMINISTRATOR).send({ url: `${tenant.baseUrl}/v1.0/users?$top=1` });
  return (answer.body as { value: { id: string }[] }).value[0]?.id ?? '';
}

describe('setting Entra up', () => {
  it('registers everything, and a second run changes nothing and says so', async () => {
    const { run, found, permissions, told } = story({ administrators: [await someUser()] });
    const { clientId, changes } = await run();
    expect(changes).toBe(7);
    expect(await found()).toMatchObject({
      application: {
        appId: clientId,
        identifierUris: [`api://${clientId}`],
        api: { requestedAccessTokenVersion: 2 },
      },
      federated: [{ subject: IDENTITY, audiences: ['api://AzureADTokenExchange'] }],
      administrators: [{}],
    });
    expect(await permissions()).toEqual(['Group.Read.All', 'User.Read.All']);
    expect(await run()).toEqual({ changes: 0, clientId });
    expect(told).toEqual([expect.stringContaining('Nothing to do')]);
  });

  it('only tells what it would do where nobody agrees', async () => {
    const { run, found, told, name } = story();
    expect(await run({}, false)).toEqual({ changes: 0, clientId: undefined });
    expect(told.join('\n')).toContain(`register the application ${name}`);
    expect(told.join('\n')).toContain('grant User.Read.All');
    expect((await found()).application).toBeUndefined();
  });

  it('grants what a switch takes when it goes on, and takes it back when it goes off', async () => {
    const { run, permissions } = story();
    await run();
    const exporting = permissionsOf(['import-users', 'import-groups', 'export-groups']);
    expect((await run({ permissions: exporting })).changes).toBe(2);
    expect(await permissions()).toEqual(['Group.Read.All', 'Group.ReadWrite.All', 'User.Read.All']);
    expect((await run()).changes).toBe(2);
    expect(await permissions()).toEqual(['Group.Read.All', 'User.Read.All']);
  });

  it('follows the managed identity where it is made anew', async () => {
    const { run, found } = story();
    await run();
    const principalId = 'bbbbbbbb-0000-4000-8000-00000000000c';
    await run({ identity: { principalId, issuer: issuer() } });
    const { federated } = await found();
    expect(federated.map(({ subject }) => subject)).toEqual([principalId]);
  });

  it('leaves granting to somebody who may, where it is told to', async () => {
    const { run, permissions } = story({ consents: false }, graphOf(REGISTRAR));
    expect((await run()).changes).toBe(4);
    expect(await permissions()).toEqual([]);
  });

  it('says who may not grant, and goes on where it stopped', async () => {
    const { run, permissions } = story({}, graphOf(REGISTRAR));
    await expect(run()).rejects.toMatchObject({ code: 'access-denied' });
    expect((await run({ consents: false })).changes).toBe(0);
    expect(await permissions()).toEqual([]);
  });

  it('refuses to guess between registrations of one name', async () => {
    const { run, name } = story();
    const graph = graphOf(ADMINISTRATOR);
    const url = `${tenant.baseUrl}/v1.0/applications`;
    for (const _ of [1, 2]) await graph.send({ method: 'POST', url, body: { displayName: name } });
    await expect(run()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('waits until a new registration shows everywhere', async () => {
    const unready = { left: 2 };
    const genuine = graphOf(ADMINISTRATOR);
    const lagging: Graph = {
      ...genuine,
      send: async (call) => {
        const isLate = call.method === 'POST' && call.url.endsWith('/servicePrincipals');
        if (!isLate || unready.left === 0) return genuine.send(call);
        unready.left -= 1;
        // An appId that nobody registered is refused as one that does not show yet.
        return genuine.send({ ...call, body: { appId: crypto.randomUUID() } });
      },
    };
    const { run, slept } = story({}, lagging);
    expect((await run()).changes).toBe(6);
    expect(slept).toEqual([1_000, 2_000]);
  });
});
