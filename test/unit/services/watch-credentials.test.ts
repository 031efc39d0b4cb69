import { setImmediate as othersDone } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../lib/errors.ts';
import { watchCredentials } from '../../../lib/services/watch-credentials.ts';
import { openAlerts } from '../../../lib/state/alerts.ts';
import { openAuthorizations } from '../../../lib/state/authorizations.ts';
import type { Connection } from '../../../lib/sync/connection.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const at = new Date(START).toISOString();
const ID = '11111111-2222-4333-8444-555555555555';
const connection: Connection = {
  id: 'one',
  name: 'One',
  enabled: true,
  entra: { tenantId: ID, clientId: ID, credentials: [] },
  app: { kind: 'hosted' },
  settingsVersion: 1,
  createdAt: at,
  updatedAt: at,
};
const refused = new AppError('credential-refused', 'AADSTS7000222: expired');

let world: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  world = await open();
});

async function open() {
  const tables = new MemoryTables();
  await tables.ensure(['alerts', 'authorizations']);
  const state = { now: START, told: 0 };
  const alerts = openAlerts(tables.table('alerts'));
  const authorizations = openAuthorizations(tables.table('authorizations'));
  const needs = {
    alerts,
    authorizations,
    bus: {
      send: async () => {
        state.told += 1;
      },
      collectDeadLetters: async () => 0,
    },
    clock: { now: () => state.now },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  /** What a process does, until it has written all of it down. */
  const process = () => {
    const watch = watchCredentials(needs, connection);
    return async (what: 'failed' | 'replaced' | 'worked', id = 'a') => {
      if (what === 'worked') watch.worked(id);
      else watch[what](id, refused);
      for (let n = 0; n < 20; n += 1) await othersDone();
    };
  };
  const listed = () => alerts.list('one', { size: 10 });
  return {
    state,
    process,
    listed,
    failures: async () => (await authorizations.of(connection)).failures,
  };
}

it('a credential in whose place another is used raises one alert, however often it is tried', async () => {
  const { state, process, listed, failures } = world;
  for (const tell of [process(), process()]) {
    await tell('failed');
    await tell('replaced');
    state.now += HOUR;
    await tell('failed');
    await tell('replaced');
  }
  expect(await listed()).toMatchObject([
    { kind: 'credential-failing', subject: 'a', at: START, reason: 'credential-refused' },
  ]);
  expect(state.told).toBe(1);
  expect((await failures()).get('a')).toMatchObject({ since: at });
});

it('is over when it works again, and the next failing is another alert', async () => {
  const { state, process, listed, failures } = world;
  const tell = process();
  await tell('failed');
  await tell('replaced');
  state.now += HOUR;
  await tell('worked');
  const until = new Date(START + HOUR).toISOString();
  expect(await listed()).toMatchObject([{ at: START, until }]);
  expect((await failures()).size).toBe(0);
  state.now += HOUR;
  await tell('failed');
  await tell('replaced');
  const [second, first] = await listed();
  expect([second?.at, second?.until, first?.until]).toEqual([START + 2 * HOUR, undefined, until]);
});

it('one that fails alone raises none: the side that cannot be read does', async () => {
  await world.process()('failed');
  expect(await world.listed()).toEqual([]);
  expect((await world.failures()).size).toBe(1);
});
