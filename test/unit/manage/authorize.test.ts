import { HttpRequest } from '@azure/functions';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../lib/errors.ts';
import { authorize } from '../../../lib/manage/authorize.ts';
import { finishConsent } from '../../../lib/manage/authorize-callback.ts';
import type { Call } from '../../../lib/manage/manage.ts';
import type { TenantFacts } from '../../../lib/ports/entra.ts';
import { openAuthorizations } from '../../../lib/state/authorizations.ts';
import { openConnections } from '../../../lib/state/connections.ts';
import type { Connection } from '../../../lib/sync/connection.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '99999999-2222-4333-8444-555555555555';
const MINUTE = 60_000;
const ADMIN = { id: 'someone', appId: null, role: 'Sync.Admin' as const };
const AT = '2026-01-01T00:00:00.000Z';

const made = (id: string): Connection => ({
  id,
  name: id,
  enabled: false,
  entra: {
    tenantId: TENANT,
    clientId: CLIENT,
    credentials: [{ id: 'own', kind: 'connector', expiresAt: null }],
  },
  app: { kind: 'hosted' },
  settingsVersion: 1,
  createdAt: AT,
  updatedAt: AT,
});

let world: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  world = await open();
});

async function open() {
  const tables = new MemoryTables();
  await tables.ensure(['connections', 'authorizations']);
  const connections = openConnections(tables.table('connections'));
  const authorizations = openAuthorizations(tables.table('authorizations'));
  const connection = await connections.create(made('one'));
  await connections.create(made('two'));
  const state = { now: Date.parse(AT), looks: 0, slept: 0 };
  const can: { [Fact in keyof TenantFacts]?: AppError } = {};
  const says = async <T>(fact: keyof TenantFacts, value: T): Promise<T> => {
    const error = can[fact];
    if (error) throw error;
    return value;
  };
  const facts: TenantFacts = {
    permissions: () => {
      state.looks += 1;
      return says('permissions', ['User.Read.All', 'Group.Read.All']);
    },
    readOne: () => says('readOne', undefined),
    subscriptions: () => says('subscriptions', undefined),
    domains: () => says('domains', []),
    secrets: () => says('secrets', []),
  };
  const services = {
    connections,
    authorizations,
    tenants: { trySignIn: () => facts, facts: () => facts },
    clock: { now: () => state.now },
    sleep: async (milliseconds: number) => {
      state.slept += milliseconds;
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    config: {
      publicUrl: 'https://tandem.example/',
      entraAuthority: 'https://login.example',
      graphBaseUrl: 'https://graph.example/',
      connector: { clientId: CLIENT },
    },
  } as unknown as Call['services'];
  const call = (method: string, url: string, params = {}) =>
    ({ services, params, request: new HttpRequest({ method, url }), caller: ADMIN }) as Call;
  return {
    state,
    can,
    tables,
    connection,
    authorizations,
    ask: async (id = 'one') => {
      const url = `https://tandem.example/manage/connections/${id}/authorize`;
      const answer = await authorize.handle(call('POST', url, { connectionId: id }));
      const { address } = answer.jsonBody as { address: string };
      return { address: new URL(address), state: new URL(address).searchParams.get('state') ?? '' };
    },
    back: (query: Record<string, string>) => {
      const asked = new URLSearchParams(query).toString();
      const url = `https://tandem.example/manage/authorize/callback?${asked}`;
      return finishConsent(services, new HttpRequest({ method: 'GET', url }));
    },
  };
}

const consented = (state: string) => ({ admin_consent: 'True', tenant: TENANT, state });
const proofs = async () => (await world.authorizations.of(world.connection)).proofs;
const refused = (code: string) => expect.objectContaining({ code });

describe('the address of a consent', () => {
  it('names tenant, application, permissions and the way back', async () => {
    const { address } = await world.ask();
    expect(address.origin + address.pathname).toBe(
      `https://login.example/${TENANT}/v2.0/adminconsent`,
    );
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      client_id: CLIENT,
      scope: 'https://graph.example/.default',
      redirect_uri: 'https://tandem.example/manage/authorize/callback',
    });
  });

  it('has a state that stands nowhere', async () => {
    const { state } = await world.ask();
    const [, secret = ''] = state.split('.');
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(world.tables.rows('authorizations'))).not.toContain(secret);
  });

  it('is forgotten once it has expired', async () => {
    await world.ask();
    world.state.now += 10 * MINUTE;
    await world.ask();
    expect(world.tables.rows('authorizations')).toHaveLength(1);
  });
});

describe('a consent that comes back', () => {
  it('counts once a token opens users and groups, as that of who asked for it', async () => {
    const { state } = await world.ask();
    expect(await world.back(consented(state))).toMatchObject({ status: 200 });
    expect(await proofs()).toMatchObject({
      users: { by: ADMIN.id, how: 'consent', at: AT, clientId: CLIENT, failure: null },
      groups: { permissions: ['User.Read.All', 'Group.Read.All'] },
    });
  });

  it('is good once', async () => {
    const { state } = await world.ask();
    const twice = await Promise.allSettled([
      world.back(consented(state)),
      world.back(consented(state)),
    ]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(world.back(consented(state))).rejects.toEqual(refused('bad-request'));
  });

  it('is good for ten minutes', async () => {
    const { state } = await world.ask();
    world.state.now += 10 * MINUTE;
    await expect(world.back(consented(state))).rejects.toEqual(refused('bad-request'));
    const { state: fresh } = await world.ask();
    world.state.now += 10 * MINUTE - 1;
    expect(await world.back(consented(fresh))).toMatchObject({ status: 200 });
  });

  it.each([
    ['none', ''],
    ['one that was never given out', `one.${'A'.repeat(43)}`],
    ['one of no connection', `nobody.${'A'.repeat(43)}`],
    ['one of another shape', 'one.short'],
  ])('with a state like %s, counts for nothing', async (_what, state) => {
    await expect(world.back(consented(state))).rejects.toEqual(refused('bad-request'));
    expect(await proofs()).toEqual({});
  });

  it('with the state of another connection, counts for nothing, and spoils nothing', async () => {
    const { state } = await world.ask('two');
    const forged = state.replace(/^two/, 'one');
    await expect(world.back(consented(forged))).rejects.toEqual(refused('bad-request'));
    expect(await world.back(consented(state))).toMatchObject({ status: 200 });
    expect(await proofs()).toEqual({});
  });

  it('of another tenant is refused, and nothing is asked', async () => {
    const { state } = await world.ask();
    const other = { ...consented(state), tenant: CLIENT };
    await expect(world.back(other)).rejects.toEqual(refused('conflict'));
    expect([await proofs(), world.state.looks]).toEqual([{}, 0]);
  });

  it('without a token is no success, however it calls itself', async () => {
    world.can.permissions = new AppError('credential-refused', 'Entra refused it: AADSTS700016');
    const { state } = await world.ask();
    await expect(world.back(consented(state))).rejects.toThrow(/AADSTS700016; .*consent/);
    expect(await proofs()).toMatchObject({
      users: { permissions: [], failure: { code: 'credential-refused' } },
    });
    expect(world.state.slept).toBe(3_000);
  });

  it('with a token that opens nothing is no success either', async () => {
    world.can.readOne = new AppError('access-denied', 'Graph answered 403');
    const { state } = await world.ask();
    await expect(world.back(consented(state))).rejects.toEqual(refused('access-denied'));
  });

  it('without the domains is one all the same', async () => {
    world.can.domains = new AppError('access-denied', 'Graph answered 403');
    const { state } = await world.ask();
    expect(await world.back(consented(state))).toMatchObject({ status: 200 });
    expect(await proofs()).toMatchObject({
      users: { failure: null },
      domains: { failure: { code: 'access-denied' } },
    });
  });

  it.each([
    [{ error: 'permission_denied', error_description: 'The admin canceled' }, 'permission_denied'],
    [
      { admin_consent: 'True', error: 'access_denied', error_description: 'AADSTS65004: no.' },
      'AADSTS65004',
    ],
    [{ error: '<script>', error_description: '<b>secret</b>' }, 'an error'],
  ])('declined, says so and no more than is known', async (query, why) => {
    const { state } = await world.ask();
    await expect(world.back({ ...query, state })).rejects.toThrow(
      `consent was not given (${why});`,
    );
    expect(await proofs()).toMatchObject({ users: { failure: { code: 'consent-declined' } } });
    expect(world.state.looks).toBe(0);
  });
});
