import fc from 'fast-check';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { approveAll, heldKeys } from './administrator.ts';
import { APP_EVENTS, type AppEvent, createsInApp, happensInApp } from './app-events.ts';
import { MEMBER_EVENTS, type MemberEvent, managerInApp, membersInApp } from './app-members.ts';
import { type Edited, Edits } from './edits.ts';
import { type Event, type History, histories, type Round, type Troubles } from './history.ts';
import { comeToRest } from './live-through.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

/** Something that the application does, or its tenant's refusals. */
interface AppMoment {
  readonly what:
    | AppEvent
    | MemberEvent
    | 'manageInApp'
    | 'refuse'
    | 'sameTitle'
    | 'createInApp'
    | 'createGroupInApp';
  readonly a: number;
  readonly b: number;
  /** How far the sync gets meanwhile. */
  readonly after: number;
  /** Whether a poll is told. */
  readonly isTold: boolean;
}

interface TwoWayRound extends Round {
  readonly inApp: readonly AppMoment[];
  /** What the rules are changed to in its beginning; null = they stay. */
  readonly rules: Changed | null;
}

/** Rules that are changed: nothing flows to Entra, or the other side's value wins; or all as it was. */
type Changed = 'no-export' | 'other-winner' | 'first';

export type TwoWayHistory = Omit<History, 'rounds'> & { readonly rounds: readonly TwoWayRound[] };

const moment: fc.Arbitrary<AppMoment> = fc.record({
  what: fc.constantFrom(
    ...APP_EVENTS,
    ...MEMBER_EVENTS,
    'manageInApp' as const,
    'refuse' as const,
    'sameTitle' as const,
    'createInApp' as const,
    'createGroupInApp' as const,
  ),
  a: fc.nat({ max: 60 }),
  b: fc.nat({ max: 1_000_000 }),
  after: fc.oneof(fc.constant(0), fc.nat({ max: 80 })),
  isTold: fc.boolean(),
});

const changedRules: fc.Arbitrary<Changed | null> = fc.constantFrom(
  null,
  null,
  'no-export' as const,
  'other-winner' as const,
  'first' as const,
);

/** Histories in which both sides change the same objects. */
export function twoWayHistories(troubles: Troubles): fc.Arbitrary<TwoWayHistory> {
  const moments = fc.array(fc.array(moment, { maxLength: 6 }), { minLength: 7, maxLength: 7 });
  const changes = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(changedRules, { minLength: 7, maxLength: 7 }) },
  );
  return fc.tuple(histories(troubles), moments, changes).map(([history, all, rules]) => ({
    ...history,
    rounds: history.rounds.map((round, at) => ({
      ...round,
      inApp: all[at] ?? [],
      rules: rules[at] ?? null,
    })),
  }));
}

/** What is left of a history when all is at rest. */
export interface Lived {
  readonly world: World;
  readonly edits: Edits;
}

/** Lets a history happen on both sides, then waits until everything is done. */
export async function liveTwoWay(history: TwoWayHistory, rules: RuleSettings): Promise<Lived> {
  const world = new World({ ...history, rules });
  const edits = new Edits();
  await world.connect();
  for (let n = 0; n < history.users; n += 1) world.tenant.addUser();
  for (let n = 0; n < history.groups; n += 1) world.tenant.addGroup();
  world.writes.isStale = true;
  let isExporting = true;
  for (const round of history.rounds) {
    if (round.rules !== null) {
      edits.forgive();
      isExporting = round.rules !== 'no-export';
      await world.changeRules(rulesAt(rules, round.rules));
    }
    // Entries that the application alone deletes, while nothing flows to Entra, are nobody's wish.
    const inApp = round.inApp.filter(({ what }) => isExporting || !TAKING_AWAY.has(what));
    await liveRound(world, edits, { ...round, inApp });
  }
  if (history.rounds.some((round) => round.rules !== null)) await world.changeRules(rules);
  await rest(world);
  return { world, edits };
}

const TAKING_AWAY: ReadonlySet<string> = new Set(['deleteInApp', 'deleteGroupInApp']);

function rulesAt(rules: RuleSettings, changed: Changed): RuleSettings {
  if (changed === 'first') return rules;
  const { users, groups } = rules;
  if (changed === 'no-export')
    return {
      ...rules,
      users: { ...users, export: false },
      groups: { ...groups, export: false },
    };
  const mappings = users.mappings.map((mapping) => {
    if (!('winner' in mapping)) return mapping;
    return { ...mapping, winner: mapping.winner === 'app' ? ('entra' as const) : ('app' as const) };
  });
  return { ...rules, users: { ...users, mappings } };
}

/** Whatever the guard holds is approved. */
async function rest(world: World): Promise<void> {
  world.poll('written');
  await comeToRest(world);
  for (let n = 0; n < 3 && heldKeys(world).length > 0; n += 1) {
    approveAll(world);
    await comeToRest(world);
  }
}

async function liveRound(world: World, edits: Edits, round: TwoWayRound): Promise<void> {
  const { tenant } = world;
  tenant.troubles.lag = round.lag;
  edits.skip(tenant);
  for (const event of round.events) inTenant(world, edits, event);
  world.poll('timer');
  for (const one of round.inApp) {
    await world.settle(one.after);
    await inApp(world, edits, one);
  }
  await world.settle();
  await world.later(round.seconds);
}

function inTenant({ tenant }: World, edits: Edits, { what, a, b }: Event): void {
  TENANT_EVENTS[what](tenant, { a, b });
  edits.look(tenant);
}

const EDITED: Readonly<Partial<Record<AppEvent, Edited>>> = {
  retitleInApp: 'title',
  untitleInApp: 'title',
  renameInApp: 'displayName',
  renameGroupInApp: 'displayName',
  disableInApp: 'active',
  enableInApp: 'active',
};

async function inApp(world: World, edits: Edits, moment: AppMoment): Promise<void> {
  const { what, isTold } = moment;
  if (what === 'refuse') world.writes.refusals = 1 + (moment.a % 3);
  else if (what === 'createInApp') await createsInApp(world, 'user', moment.b);
  else if (what === 'createGroupInApp') await createsInApp(world, 'group', moment.b);
  else if (what === 'sameTitle') return sameTitle(world, edits, moment);
  else if (what === 'manageInApp') {
    const done = await managerInApp(world, moment);
    if (done) edits.noteManager(done.userId, done.managerId);
  } else if (what === 'joinInApp' || what === 'leaveInApp') {
    const done = await membersInApp(world, what, moment);
    if (done) edits.noteMember(done.groupId, done.memberId, done.isThere);
  } else await changed(world, edits, what, moment);
  if (isTold) world.poll('written');
}

async function changed(world: World, edits: Edits, what: AppEvent, moment: AppMoment) {
  const done = await happensInApp(world, what, moment);
  if (!done) return;
  const name = EDITED[what];
  if (!name) return edits.giveUp(done.externalId, done.resource.active !== false);
  const value = done.resource[name];
  const isSaid = typeof value === 'string' || typeof value === 'boolean';
  edits.note(done.externalId, name, isSaid ? String(value) : null);
}

/** Both sides change the title of one user at the same time. */
async function sameTitle(world: World, edits: Edits, moment: AppMoment): Promise<void> {
  const { tenant } = world;
  const done = await happensInApp(world, 'retitleInApp', moment);
  const user = done && tenant.users.get(done.externalId);
  if (!done || user?.life !== 'live') return;
  edits.note(user.id, 'title', `app ${moment.b}`);
  edits.skip(tenant);
  user.title = `entra ${moment.b}`;
  const { id } = user;
  tenant.say({ kind: 'user', id, properties: { jobTitle: user.title } });
  edits.look(tenant);
  world.poll('written');
}
