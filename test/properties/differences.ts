import { inspect, isDeepStrictEqual } from 'node:util';
import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import type { StoredRow } from '../../lib/azure/tables.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openLanes } from '../../lib/state/lanes.ts';
import { openRuns } from '../../lib/state/runs.ts';
import { plainSealer } from './worker.ts';
import { CONNECTION, type World } from './world.ts';

/** The application's directory, by Entra ids. */
interface Application {
  readonly users: ReadonlyMap<
    string,
    { active: boolean; attributes: object; manager: string | null }
  >;
  readonly groups: ReadonlyMap<string, object>;
  readonly memberships: ReadonlySet<string>;
  readonly counts: { readonly users: number; readonly groups: number };
}

/** Sentences on what of the application is not as the tenant says; none when all is well. */
export async function differencesFromTenant(world: World): Promise<readonly string[]> {
  const app = await readApplication(world);
  const { users, groups, counts } = app;
  const counted = `counted ${counts.users} users, ${counts.groups} groups`;
  const there = `counted ${users.size} users, ${groups.size} groups`;
  return [
    ...userDifferences(world, app),
    ...groupDifferences(world, app),
    ...membershipDifferences(world, app),
    ...(counted === there ? [] : [`${counted}, but there are ${there}`]),
  ];
}

/** Sentences on what of the sync state is not at rest, or not as counted; none when all is well. */
export async function leftovers(world: World): Promise<readonly string[]> {
  const links = world.tables.rows('links');
  const stateOf = new Map(starting(links, 'l:').map((row) => [row.rowKey.slice(2), row.state]));
  const dirty = starting(links, 'l:').filter((row) => row.dirtyReason !== undefined);
  const untold = starting(links, 'l:').filter((row) => row.wakeDue !== undefined);
  const isGone = (id: string) => stateOf.get(id) === 'gone';
  const isHeld = (id: string) => stateOf.get(id) === 'linked';
  const edges = starting(links, 'e:').map((row) => ({ row, ends: row.rowKey.split(':').slice(1) }));
  return [
    ...dirty.map((row) => `${row.rowKey} is still dirty: ${inspect(row.dirtyReason)}`),
    ...untold.map((row) => `those who wait for ${row.rowKey} were not told`),
    ...starting(links, 'd:').map((row) => `${row.rowKey} is still due`),
    ...edges
      .filter(({ ends }) => ends.some(isGone))
      .map(({ row }) => `${row.rowKey} outlives one of its ends`),
    ...edges
      .filter(({ row, ends }) => row.pending === true && ends.every(isHeld))
      .map(({ row }) => `${row.rowKey} is still pending`),
    ...unfindable(links).map((rowKey) => `${rowKey} cannot be found from its member`),
    ...world.tables.missedDeletions
      .filter((missed) => /^links [de]:/.test(missed))
      .map((missed) => `${missed} was to be deleted, and was not there`),
    ...(await miscounts(world, links)),
    ...(await unfinishedRuns(world)),
    ...world.tables.rows('rejected').map(({ reason }) => `rejected: ${inspect(reason)}`),
    ...world.defects.map((error) => `thrown: ${inspect(error)}`),
  ];
}

/** Edges that the application was given, and whose members do not find them. */
function unfindable(links: readonly StoredRow[]): readonly string[] {
  const found = new Set(starting(links, 'r:').map(({ rowKey }) => rowKey.replace('!', '')));
  const given = starting(links, 'e:').filter(({ applied }) => applied === true);
  return given.flatMap(({ rowKey }) => {
    const [, holder, member] = rowKey.split(':');
    return found.has(`r:${member}:${holder}`) ? [] : [rowKey];
  });
}

/**
 * Rows by which members find edges that are not there any more. Who dies between dropping an edge and
 * forgetting it leaves one.
 */
export function unforgotten({ tables }: World): readonly string[] {
  const links = tables.rows('links');
  const edges = new Set(starting(links, 'e:').map(({ rowKey }) => rowKey));
  return starting(links, 'r:').flatMap(({ rowKey }) => {
    const [, member, holder] = rowKey.replace('!', '').split(':');
    return edges.has(`e:${holder}:${member}`) ? [] : [`${rowKey} names no edge`];
  });
}

export async function readApplication({ tables }: World): Promise<Application> {
  const listing = openHostedListing(tables, CONNECTION);
  const entraIds = new Map<string, string>();
  const users = await collected(listing.listEntries('user'));
  const groups = await collected(listing.listEntries('group'));
  for (const { id, externalId = '?' } of [...users, ...groups]) entraIds.set(id, externalId);
  const entraId = (id: string) => entraIds.get(id) ?? `nobody (${id})`;
  const memberships = await collected(listing.listMemberships());
  return {
    users: new Map(
      users.map(({ id, active, attributes, managerId }) => {
        const manager = managerId === undefined ? null : entraId(managerId);
        return [entraId(id), { active, attributes, manager }];
      }),
    ),
    groups: new Map(groups.map(({ id, attributes }) => [entraId(id), attributes])),
    memberships: new Set(
      memberships.map(({ groupId, memberId }) => `${entraId(groupId)} > ${entraId(memberId)}`),
    ),
    counts: await listing.counts(),
  };
}

function* userDifferences({ tenant, wishes }: World, { users }: Application): Generator<string> {
  for (const id of users.keys()) if (!tenant.users.has(id)) yield `user ${id} is nobody's`;
  for (const user of tenant.users.values()) {
    const { id, life, displayName, userName, title } = user;
    const found = users.get(id);
    if (life === 'purged' && found) yield `user ${id} is still there`;
    const isGivenUp = !user.enabled && wishes.gaveUp(id);
    if (life === 'live' && !found && !isGivenUp) yield `user ${id} is missing`;
    // One that was removed before it was ever read is rightly unknown.
    if (life === 'purged' || !found) continue;
    const active = life === 'live' && user.enabled;
    if (found.active !== active) yield `user ${id} is ${found.active ? '' : 'not '}active`;
    if (life === 'soft') continue;
    const attributes = { userName, displayName, ...(title !== null && { title }) };
    if (!isDeepStrictEqual(found.attributes, attributes))
      yield `user ${id} is ${JSON.stringify(found.attributes)}, not ${JSON.stringify(attributes)}`;
    // A manager in the bin may stand or not.
    const manager = user.manager ?? null;
    const isAway = (one: string | null) =>
      one !== null && (tenant.lifeOf(one) !== 'live' || wishes.gaveUp(one));
    const isOpen = isAway(manager) || isAway(found.manager);
    if (!isOpen && found.manager !== manager)
      yield `user ${id} has the manager ${found.manager}, not ${manager}`;
  }
}

function* groupDifferences({ tenant }: World, { groups }: Application): Generator<string> {
  for (const id of groups.keys()) if (!tenant.groups.has(id)) yield `group ${id} is nobody's`;
  for (const { id, life, displayName } of tenant.groups.values()) {
    const found = groups.get(id);
    if (life !== 'live' && found) yield `group ${id} is still there`;
    if (life === 'live' && !found) yield `group ${id} is missing`;
    if (life === 'live' && found && !isDeepStrictEqual(found, { displayName }))
      yield `group ${id} is ${JSON.stringify(found)}, not ${displayName}`;
  }
}

function* membershipDifferences(world: World, app: Application): Generator<string> {
  const { tenant, wishes, hasGaps } = world;
  const allowed = new Set<string>();
  // What the application wished of somebody who is in the bin by then waits until that one is back; what was
  // written before, and taken away since, nobody can find out until then.
  for (const pair of world.joinedInApp)
    if (tenant.lifeOf(pair.split(' > ')[1] ?? '') === 'soft') allowed.add(pair);
  for (const group of tenant.groups.values()) {
    if (group.life !== 'live') continue;
    // Who is in the bin is shown by no list: what of it was lost on the way nobody can find out.
    for (const member of group.formerMembers)
      if (hasGaps && tenant.lifeOf(member) === 'soft') allowed.add(`${group.id} > ${member}`);
    for (const member of group.members) {
      const pair = `${group.id} > ${member}`;
      allowed.add(pair);
      // A user in the bin keeps its memberships; one who was never read has none to keep.
      const isThere = tenant.lifeOf(member) === 'live' && !wishes.gaveUp(member);
      if (isThere && !app.memberships.has(pair)) yield `membership ${pair} is missing`;
    }
  }
  for (const pair of app.memberships) if (!allowed.has(pair)) yield `membership ${pair} is there`;
}

async function miscounts({ tables }: World, rows: readonly StoredRow[]): Promise<string[]> {
  const lanes = await openLanes(tables.table('links'), plainSealer).read(CONNECTION);
  const sum = (read: (lane: (typeof lanes)[number]) => number) =>
    lanes.reduce((total, lane) => total + read(lane), 0);
  const linked = starting(rows, 'l:').filter((row) => row.state === 'linked');
  const members = starting(rows, 'e:').filter((row) => row.relation === 'member' && row.applied);
  const pairs: [what: string, counted: number, there: number][] = [
    ['users', sum((lane) => lane.totals.users), linked.filter(isOf('user')).length],
    ['groups', sum((lane) => lane.totals.groups), linked.filter(isOf('group')).length],
    ['memberships', sum((lane) => lane.totals.memberships), members.length],
    ['removals', sum((lane) => lane.removals), starting(rows, 'd:removal:').length],
  ];
  return pairs
    .filter(([, counted, there]) => counted !== there)
    .map(([what, counted, there]) => `the lanes count ${counted} ${what}, there are ${there}`);
}

async function unfinishedRuns({ tables }: World): Promise<string[]> {
  const { run } = await openCheckpoints(tables.table('checkpoints')).load(CONNECTION);
  const { runs } = await openRuns(tables.table('runs')).list(CONNECTION, { size: 1_000 });
  const open = run?.endedAt === undefined && run ? [`run ${run.id} is open in ${run.phase}`] : [];
  // An incomplete run is set right by a full one that comes after it.
  const lastFull = runs.find(
    ({ kind, state }) => (kind === 'initial' || kind === 'resync') && state === 'completed',
  );
  const failed = runs.filter(({ state, startedAt }) => {
    return state !== 'completed' && (!lastFull || lastFull.startedAt < startedAt);
  });
  return [...open, ...failed.map(({ id, state }) => `run ${id} is ${state}`)];
}

async function collected<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

function starting(rows: readonly StoredRow[], prefix: string): StoredRow[] {
  return rows.filter((row) => row.rowKey.startsWith(prefix));
}

function isOf(kind: string): (row: StoredRow) => boolean {
  return (row) => row.kind === kind;
}
