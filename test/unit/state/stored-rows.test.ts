import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openHostedListing } from '../../../lib/app/hosted/listing.ts';
import { openOutbox } from '../../../lib/app/hosted/outbox.ts';
import { toEntry, toStoredEntry } from '../../../lib/app/hosted/stored-entry.ts';
import { openSealer } from '../../../lib/azure/sealing.ts';
import type { Row, StoredRow } from '../../../lib/azure/tables.ts';
import type { Sealer } from '../../../lib/ports/platform.ts';
import { connectionSchemas } from '../../../lib/scim/schema/connection-schemas.ts';
import { openAlerts } from '../../../lib/state/alerts.ts';
import { openAudit } from '../../../lib/state/audit.ts';
import { openCheckpoints } from '../../../lib/state/checkpoints.ts';
import { openConnections } from '../../../lib/state/connections.ts';
import { openCredentials } from '../../../lib/state/credentials.ts';
import { toEdge } from '../../../lib/state/edge-rows.ts';
import { openLanes } from '../../../lib/state/lanes.ts';
import { toLink } from '../../../lib/state/link-rows.ts';
import { openPlans } from '../../../lib/state/plans.ts';
import { openRejected } from '../../../lib/state/rejected.ts';
import { openRuns } from '../../../lib/state/runs.ts';
import { openTies } from '../../../lib/state/ties.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

// Rows as builds from before have written them, in a world that is gone with its key. They are never
// written anew: a change that no longer reads them cannot be deployed over a running installation.

const binary = z
  .object({ base64: z.base64() })
  .transform(({ base64 }) => Buffer.from(base64, 'base64'));
const rowSchema = z.looseObject({ partitionKey: z.string(), rowKey: z.string() }).transform(
  (row): Row => ({
    ...Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, binary.safeParse(value).data ?? value]),
    ),
    partitionKey: row.partitionKey,
    rowKey: row.rowKey,
  }),
);
const { sealingKey, tables: stored } = z
  .object({ sealingKey: z.string(), tables: z.record(z.string(), z.array(rowSchema)) })
  .parse(JSON.parse(readFileSync(new URL('fixtures/stored-rows.json', import.meta.url), 'utf8')));

const [ANAIS, ANAIS_APP] = [
  '53c8f915-189b-46bf-bf55-8192bd238d6a',
  '52438a18-f909-4997-bc4c-e6e3a8522eea',
];
const [PRINTERS, PRINTERS_APP] = [
  '861ab1cb-2113-49a4-80c0-9b283de0476f',
  '42fa0eda-5d48-44dc-9bf1-eacd6cc3c2cf',
];
const { user: USER, group: GROUP } = connectionSchemas({});
const RUN = '8204634414629-39491701';
const PLAN = '8204634416646-1ed5ae5e';
const NO_LOSSES = { users: 0, groups: 0, memberships: 0, entitlements: 0, attributes: 0 };

let tables: MemoryTables;
let sealer: Sealer;

beforeEach(async () => {
  tables = new MemoryTables();
  await tables.ensure(Object.keys(stored));
  for (const [name, rows] of Object.entries(stored))
    for (const row of rows) await tables.table(name).write([{ op: 'insert', row }]);
  const secrets = {
    get: async () => sealingKey,
    set: async () => {},
    remove: async () => {},
  };
  sealer = openSealer(secrets, { now: () => 0 });
});

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of from) found.push(each);
  return found;
}

async function rowOf(table: string, partitionKey: string, rowKey: string): Promise<StoredRow> {
  const row = await tables.table(table).get(partitionKey, rowKey);
  if (!row) throw new Error(`no row ${rowKey}`);
  return row;
}

describe('rows that were written before', () => {
  it('connections', async () => {
    const known = await openConnections(tables.table('connections')).get('world');
    expect(known).toMatchObject({ name: 'The world of world', enabled: false, import: 'pull' });
    expect(known?.rules?.users).toMatchObject({ scope: 'all', deleted: 'delete' });
  });

  it('checkpoints, the open run, the guard, resyncs, outages and looks', async () => {
    const state = await openCheckpoints(tables.table('checkpoints')).load('world');
    expect(state.checkpoint).toMatchObject({ epoch: 1795365586939, reading: null, idleRounds: 0 });
    expect(state.checkpoint.links.user).toContain('/users/delta?$deltatoken=');
    expect(state.run).toMatchObject({ id: RUN, kind: 'initial', state: 'completed' });
    expect(state.run?.ticks['1']?.counters).toEqual({ 'users.created': 1, 'users.read': 1 });
    expect(state.guard).toMatchObject({ undecided: 5, held: { ...NO_LOSSES, groups: 3 } });
    expect(state.resyncs).toMatchObject({ asked: 0, lastDoneAt: 1795365588512 });
    expect(state.outage).toMatchObject({ code: 'unavailable', probes: 2, endedAt: null });
    expect(state.look).toBe(1795365588000);
  });

  it('what the lanes of connections have counted', async () => {
    const checkpoints = openCheckpoints(tables.table('checkpoints'));
    const inStep = { users: 1, groups: 1, memberships: 2, entitlements: 0 };
    expect(await checkpoints.overviews({ first: 'world', last: 'world' })).toMatchObject([
      { connectionId: 'world', count: { inStep, pending: 1, at: 1795365588512 } },
    ]);
  });

  it('runs', async () => {
    const { runs } = await openRuns(tables.table('runs')).list('world', { size: 10 });
    expect(runs).toEqual([expect.objectContaining({ id: RUN, phase: 'memberships', step: 2 })]);
  });

  it('links of users and groups, with what is sealed in them', async () => {
    const user = await toLink(await rowOf('links', 'world:01', `l:${ANAIS}`), sealer);
    expect(user).toMatchObject({ entraId: ANAIS, appId: ANAIS_APP, kind: 'user', state: 'linked' });
    expect(user.dirty).toBeNull();
    expect(JSON.stringify(user.seen)).toContain('anais.tanaka@haldenworks.example');
    expect(JSON.stringify(user.agreed)).toContain('Anaïs Tanaka');
    const group = await toLink(await rowOf('links', 'world:03', `l:${PRINTERS}`), sealer);
    expect(group).toMatchObject({ entraId: PRINTERS, appId: PRINTERS_APP, kind: 'group' });
    expect(JSON.stringify(group.seen)).toContain('Printers - Information Technology Pune 2');
  });

  it('edges, from both of their ends', async () => {
    const row = await rowOf('links', 'world:03', `e:${PRINTERS}:${ANAIS}`);
    expect(toEdge(row)).toEqual({
      holder: PRINTERS,
      member: ANAIS,
      relation: 'member',
      memberKind: 'user',
      wanted: true,
      direct: true,
      via: null,
      applied: true,
      sighted: RUN,
      removal: null,
    });
    const ties = openTies(tables.table('links'));
    const waiting = await all(ties.waiting('world', ANAIS));
    expect(JSON.stringify(waiting)).toContain(PRINTERS);
  });

  it('lanes', async () => {
    const lane = await openLanes(tables.table('links'), sealer).open('world', 1);
    expect(lane).toMatchObject({ runId: RUN, phase: 'users', n: 1, failures: 0 });
    expect(lane.totals).toEqual({ users: 1, groups: 0, memberships: 0, entitlements: 0 });
  });

  it('histories', async () => {
    const { entries } = await openAudit(tables.table('links')).history('world', ANAIS, { size: 9 });
    expect(entries).toEqual([
      expect.objectContaining({ cause: 'entra', runId: RUN, facts: [{ did: 'created' }] }),
    ]);
  });

  it('alerts, told and yet to be told', async () => {
    const alerts = openAlerts(tables.table('alerts'));
    const [alert] = await alerts.list('world', { size: 9 });
    expect(alert).toMatchObject({ kind: 'run-changed', runId: RUN, audience: 'all' });
    const delivery = { done: ['webhook'], attempts: 1, dueAt: 1795365615370 };
    expect(await alerts.open('world')).toEqual([{ alert, delivery }]);
  });

  it('plans, with what is sealed in them', async () => {
    const plans = openPlans(tables.table('plans'), sealer);
    const { plan } = await plans.last('world');
    expect(plan).toMatchObject({ id: PLAN, state: 'ready', memberships: 3 });
    const { objects } = await plans.objects('world', PLAN, { size: 10 });
    expect(objects.map(({ kind, id, decision }) => [kind, id, decision])).toEqual([
      ['group', PRINTERS, 'create'],
      ['user', ANAIS, 'create'],
    ]);
    expect(JSON.stringify(objects)).toContain('Anaïs Tanaka');
  });

  it('credentials of both kinds', async () => {
    const { credentials } = await openCredentials(tables.table('credentials')).list('world');
    expect(credentials.map(({ name, kind, usedAt }) => [name, kind, usedAt])).toEqual([
      ['App', 'token', 1795365589015],
      ['Client', 'client', null],
    ]);
  });

  it('rejected messages', async () => {
    const rejected = openRejected(tables.table('rejected'), sealer, Date);
    const { messages } = await rejected.list('world', { size: 10 });
    const [message] = messages;
    expect(message).toMatchObject({ queue: 'changes', at: '2026-11-22T16:39:48.867Z' });
    const opened = await rejected.open('world', message?.id ?? '');
    expect(JSON.parse(opened?.body ?? '')).toEqual({
      v: 1,
      connectionId: 'world',
      kind: 'nonsense',
    });
  });
});

describe('rows of the directory', () => {
  it('hold whole resources in version 2', async () => {
    const entry = toStoredEntry(USER, await rowOf('directory', 'world:0', `u:${ANAIS_APP}`));
    expect(entry).toMatchObject({ active: true, externalId: ANAIS });
    expect(entry?.resource).toMatchObject({ name: { familyName: 'Tanaka' }, title: 'Captain' });
    const group = toStoredEntry(GROUP, await rowOf('directory', 'world:0', `g:${PRINTERS_APP}`));
    expect(group?.resource.displayName).toBe('Printers - Information Technology Pune 2');
  });

  it('hold flat attributes in version 1', async () => {
    const rowKey = 'u:0f4e1c9a-2b3d-4e5f-8a6b-7c8d9e0f1a2b';
    const entry = toStoredEntry(USER, await rowOf('directory', 'world:0', rowKey));
    expect(entry?.resource).toMatchObject({ name: { familyName: 'Alt' }, title: 'Engineer' });
    expect(entry && toEntry(entry)).toMatchObject({
      active: false,
      attributes: { userName: 'ada@haldenworks.example', 'name.familyName': 'Alt' },
    });
  });

  it('tell who is in which group', async () => {
    const listing = openHostedListing(tables, 'world');
    const members = await all(listing.listMemberships());
    expect(members).toContainEqual({ groupId: PRINTERS_APP, memberId: ANAIS_APP });
  });

  it('mark what SCIM clients wrote', async () => {
    const outbox = openOutbox(tables, 'world');
    const entries = (await all(outbox.entries('app'))).flat();
    expect(entries).toMatchObject([
      {
        kind: 'user',
        id: ANAIS_APP,
        removed: false,
        objectId: ANAIS,
        at: '2026-11-22T16:39:49.109Z',
      },
    ]);
    const members = (await all(outbox.members('app'))).flat();
    expect(members).toMatchObject([{ groupId: PRINTERS_APP, memberId: ANAIS_APP, removed: true }]);
  });
});
