import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { type ExpiryNeeds, tellExpiries } from '../../../../lib/flows/upkeep/tell-expiries.ts';
import type { StoredCredential } from '../../../../lib/ports/credentials.ts';
import type { RegisteredSecret } from '../../../../lib/ports/entra.ts';
import { openAuthorizations } from '../../../../lib/state/authorizations.ts';
import type { Connection } from '../../../../lib/sync/connection.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const inDays = (days: number) => new Date(NOW + days * DAY).toISOString();

let told: string[];
let asked: number;
let registered: readonly RegisteredSecret[] | AppError;
let scim: StoredCredential[];
let needs: ExpiryNeeds & { readonly clock: { time: number } };

beforeEach(async () => {
  const tables = new MemoryTables();
  await tables.ensure(['authorizations']);
  [told, asked, registered, scim] = [[], 0, [], []];
  const nobody = () => Promise.reject(new Error('nobody asks for it'));
  const facts = {
    permissions: nobody,
    readOne: nobody,
    subscriptions: nobody,
    domains: nobody,
    secrets: async () => {
      asked += 1;
      if (registered instanceof AppError) throw registered;
      return registered;
    },
  };
  needs = {
    authorizations: openAuthorizations(tables.table('authorizations')),
    clock: { time: NOW, now: () => needs.clock.time },
    alerts: {
      list: nobody,
      open: nobody,
      mark: nobody,
      end: nobody,
      readBy: nobody,
      setRead: nobody,
      expire: nobody,
      add: async (id, { subject }) => {
        told.push(`${id} ${subject.replace('-', ' ')}`);
        return false;
      },
    },
    credentials: {
      list: async () => ({ credentials: scim, version: null }),
      add: nobody,
      save: nobody,
      remove: nobody,
      note: nobody,
    },
    bus: { send: async () => {}, collectDeadLetters: async () => 0 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    secrets: {
      get: async () => 'abc-the-secret',
      set: async () => {},
      remove: async () => {},
    },
    tenants: { facts: () => facts, trySignIn: () => facts },
  };
});

const connection = (expiresAt: string | null, more: Partial<Connection> = {}) => ({
  id: 'one',
  name: 'One',
  enabled: true,
  entra: {
    tenantId: ID,
    clientId: ID,
    credentials: [
      { id: 'a', kind: 'secret' as const, clientId: ID, secretName: 's', expiresAt },
      { id: 'c', kind: 'connector' as const, expiresAt: null },
    ],
  },
  app: { kind: 'hosted' as const },
  settingsVersion: 1,
  createdAt: inDays(-10),
  updatedAt: inDays(-10),
  version: '1',
  ...more,
});

it('tells what an administrator entered, once', async () => {
  const ending = connection(inDays(7));
  await tellExpiries(needs, ending);
  await tellExpiries(needs, ending);
  expect([told, asked]).toEqual([['one a 7'], 0]);
  needs.clock.time = NOW + 6 * DAY;
  await tellExpiries(needs, ending);
  expect(told).toEqual(['one a 7', 'one a 1']);
});

it('believes the registration rather, and asks it once a day', async () => {
  const known = connection(inDays(200));
  const reading = { ...known, entra: { ...known.entra, readsExpiry: true } };
  registered = [{ hint: 'abc', expiresAt: inDays(20) }];
  await tellExpiries(needs, reading);
  needs.clock.time += DAY / 24;
  await tellExpiries(needs, reading);
  expect([told, asked]).toEqual([['one a 30'], 1]);
  // Where it cannot be asked any more, what is known counts.
  registered = new AppError('access-denied', 'Graph answered 403');
  needs.clock.time = NOW + 15 * DAY;
  await tellExpiries(needs, reading);
  expect([told, asked]).toEqual([['one a 30', 'one a 7'], 2]);
});

it('says nothing where nobody signs in', async () => {
  await tellExpiries(needs, connection(inDays(1), { import: 'push' }));
  expect(told).toEqual([]);
});

const scimToken = (id: string, expiresAt: string | null): StoredCredential => ({
  id,
  kind: 'token',
  connectionSince: inDays(-10),
  name: 'The application',
  role: 'app',
  createdAt: inDays(-10),
  expiresAt,
  hash: 'x'.repeat(43),
  version: '1',
  usedAt: null,
});

it('tells of the SCIM service’s credentials, 30, 7 and 1 days before and on the day, each once', async () => {
  scim = [scimToken('t', inDays(30)), scimToken('never', null)];
  const pushed = connection(inDays(7), { import: 'push' });
  const days: [number, string[]][] = [];
  for (let day = 0; day <= 32; day += 0.25) {
    needs.clock.time = NOW + day * DAY;
    told = [];
    await tellExpiries(needs, pushed);
    if (told.length > 0) days.push([day, told]);
  }
  expect(days).toEqual([
    [0, ['one scim t-30']],
    [23, ['one scim t-7']],
    [29, ['one scim t-1']],
    [30, ['one scim t-0']],
  ]);
});

it('tells nothing of those of a connection that had the same id', async () => {
  scim = [{ ...scimToken('t', inDays(1)), connectionSince: inDays(-20) }];
  await tellExpiries(needs, connection(null));
  expect(told).toEqual([]);
});
