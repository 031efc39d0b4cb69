import { z } from 'zod';
import { openTables, type Tables } from '../../lib/azure/tables.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openLanes } from '../../lib/state/lanes.ts';
import type { LaneCount } from '../../lib/sync/lane-count.ts';
import { LANES } from '../../lib/sync/lanes.ts';
import { openAdminApi } from '../scenarios/admin-api.ts';
import { named, type Tell } from './figures.ts';
import { measureCalls } from './measure-calls.ts';
import { atSite } from './site.ts';

const CONNECTION = 'bench';
const CONNECTIONS = 1_000;
const OBJECTS = 1_000_000;

const TENANT = { users: 10, groups: 1, memberships: 5 } as const;
const LIST = { calls: 220, at: 1 } as const;
const ALL = { calls: 22, at: 1 } as const;
const STATUS = { calls: 220, at: 1 } as const;
const BUDGET = { list: { p95: 200 }, status: { p95: 200 } } as const;

/** The default size. */
const PAGE = 50;
const pageSchema = z.object({ connections: z.array(z.unknown()), next: z.string().optional() });

/** Rows that are written at the same time. */
const AT_ONCE = 16;

/** What administrators look at most, against the running host: all connections, and a large one. */
export async function benchAdmin(tell: Tell): Promise<void> {
  await atSite(TENANT, async ({ azure, make }) => {
    await make(CONNECTION);
    const tables = openTables({ connectionString: azure.tableConnectionString });
    await fillLanes(tables);
    await fillConnections(tables);
    const api = openAdminApi(azure.url, azure.adminToken);
    const admin = named('admin', tell);
    // Pages from all over the list: the last ones cost as much as the first.
    const list = async (n: number) => {
      const after = n % 10 === 0 ? '' : `?after=bench-${n % 10}`;
      const answer = await api.ask('GET', `/manage/connections${after}`);
      const { connections } = pageSchema.parse(answer.body);
      if (connections.length !== PAGE) throw new Error(`a page lists ${connections.length}`);
      return answer;
    };
    await measureCalls(LIST, list, named('list-1000', admin), BUDGET.list);
    const listAll = async () => {
      let at: string | undefined = '/manage/connections?size=200';
      let listed = 0;
      for (;;) {
        const answer = await api.ask('GET', at);
        const { connections, next } = pageSchema.parse(answer.body);
        listed += connections.length;
        if (next === undefined) {
          if (listed !== CONNECTIONS) throw new Error(`${listed} connections are listed`);
          return answer;
        }
        at = next;
      }
    };
    await measureCalls(ALL, listAll, named('list-all-1000', admin));
    const status = async () => {
      const answer = await api.ask('GET', `/manage/connections/${CONNECTION}/status`);
      const { inStep } = answer.body as { inStep: { users: number; groups: number } };
      if (inStep.users + inStep.groups !== OBJECTS) throw new Error('objects are missing');
      return answer;
    };
    await measureCalls(STATUS, status, named('status-1000000', admin), BUDGET.status);
  });
}

/** As the lanes of so many objects have counted them: importing them would take hours. */
async function fillLanes(tables: Tables): Promise<void> {
  const lanes = openLanes(tables.table('links'), sealed);
  for (let lane = 0; lane < LANES; lane += 1) {
    const groups = OBJECTS / 10 / LANES;
    const users = OBJECTS / LANES - groups;
    const totals = { users, groups, memberships: users * 5, entitlements: 0 };
    await lanes.commit(await lanes.open(CONNECTION, lane), [], { totals });
  }
}

const nothing = () => Promise.reject(new Error('nothing is sealed in the rows of lanes'));
const sealed = { seal: nothing, open: nothing };

/** Copies of the connection, each with a checkpoint and counts of its own. */
async function fillConnections(tables: Tables): Promise<void> {
  const connections = openConnections(tables.table('connections'));
  const checkpoints = openCheckpoints(tables.table('checkpoints'));
  const known = await connections.get(CONNECTION);
  if (!known) throw new Error('the connection is gone');
  const { version: _, ...connection } = known;
  const left = Array.from({ length: CONNECTIONS - 1 }, (_, n) => `bench-${n}`);
  const work = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      await connections.create({ ...connection, id, name: `Connection ${id}` });
      const state = await checkpoints.load(id);
      const counts = new Map(Array.from({ length: LANES }, (_, lane) => [lane, COUNT] as const));
      const checkpoint = { ...state.checkpoint, links: { user: LINK, group: LINK } };
      await checkpoints.save(id, state, { checkpoint, counts });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Delta links of Graph are about as long. */
const LINK = `https://graph.microsoft.com/v1.0/users/delta?$deltatoken=${'x'.repeat(900)}`;

const COUNT: LaneCount = {
  users: 600,
  groups: 60,
  memberships: 3_000,
  entitlements: 0,
  pending: 1,
  at: Date.UTC(2026, 0, 1),
};
