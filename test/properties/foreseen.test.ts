import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import type { Entry } from '../../lib/sync/entry.ts';
import { LANES } from '../../lib/sync/lanes.ts';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { type Snapshot, surprises } from '../scenarios/foreseen.ts';
import { approveAll } from './administrator.ts';
import { askedHistories } from './asked-histories.ts';
import { guid } from './guid.ts';
import { type History, histories } from './history.ts';
import { comeToRest, liveThrough } from './live-through.ts';
import { beginPlan, PLAN, planned } from './plans.ts';
import { CONNECTION, type World } from './world.ts';

/** Histories in all, and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 6, seed: 1 });

const OPEN = { types: 'both', aliases: null, missingNames: 'leave-empty' } as const;
const some = (...names: string[]) => names.map((name) => ({ id: guid(name) }));
const settings = (rules: object): RuleSettings =>
  ruleSettingsSchema.parse({ groups: { withoutMail: true }, ...rules });

const BEFORE = settings({
  users: { ...OPEN, scope: 'chosen', groups: some('g0', 'g3'), deny: some('g1') },
  entitlements: [{ value: 'pro', groups: some('g2') }],
});
/** Each is asked about and then put in force, in this order. */
const PROPOSED = [
  settings({
    users: {
      ...OPEN,
      scope: 'chosen',
      groups: some('g1', 'g2'),
      users: some('u3'),
      leaving: 'keep',
    },
    entitlements: [{ value: 'pro', groups: some('g0', 'g4') }],
    groups: { scope: 'chosen', ids: some('g0', 'g1').map(({ id }) => id), withoutMail: true },
  }),
  settings({ users: { ...OPEN, allow: some('g0'), refused: 'left-out', leaving: 'delete' } }),
  settings({
    users: {
      ...OPEN,
      accounts: 'enabled',
      deny: some('g2'),
      mappings: [{ type: 'constant', target: 'nickName', value: 'Mate' }],
    },
    groups: { withoutMail: true, leaving: 'keep', scope: 'none' },
  }),
];

describe('what is foreseen of rules', () => {
  it('comes true, object by object, when they are put in force', async () => {
    const parameters = HISTORIES.share(1);
    const troubles = histories({ workers: 1, faults: [] });
    await fc.assert(fc.asyncProperty(troubles, comesTrue), parameters);
  }, 600_000);
});

async function comesTrue(history: History): Promise<void> {
  const world = await liveThrough({ ...history, rules: BEFORE });
  await settled(world);
  for (const rules of PROPOSED) {
    await beginPlan(world, rules);
    world.poll('preview', { planId: PLAN });
    await world.settle();
    expect(await world.outside.plans.get(CONNECTION, PLAN)).toMatchObject({ state: 'ready' });
    const all = await planned(world);
    expect(all.map(({ id }) => id).filter((id) => isLive(world, id)).length).toBe(living(world));
    const before = await snapshot(world);
    await world.changeRules(rules);
    await comeToRest(world);
    await settled(world);
    const plan = new Map(all.map((one) => [one.id, one]));
    const found = surprises(plan, before, await snapshot(world));
    // Whose entry has to yield its name to another is not foreseen.
    expect(found.filter((surprise) => !surprise.includes('@yielded.invalid'))).toEqual([]);
    await world.outside.plans.expire(CONNECTION, Number.MAX_SAFE_INTEGER);
  }
}

/** What the guard holds is approved, until nothing is. */
async function settled(world: World): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    approveAll(world);
    await world.settle();
    await comeToRest(world);
  }
}

const isLive = ({ tenant }: World, id: string) => tenant.lifeOf(id) === 'live';

function living(world: World): number {
  const { users, groups } = world.tenant;
  return [...users.keys(), ...groups.keys()].filter((id) => isLive(world, id)).length;
}

async function snapshot({ outside, tables, tenant }: World): Promise<Snapshot> {
  const ids = [...tenant.users.keys(), ...tenant.groups.keys()];
  const ties = new Map<string, { appId: string | undefined; dirty: string | undefined }>();
  for (let number = 0; number < LANES; number += 1) {
    const lane = await outside.lanes.reopen(CONNECTION, number);
    for (const [id, { appId, dirty }] of await outside.lanes.links(lane, ids))
      ties.set(id, { appId: appId ?? undefined, dirty: dirty?.reason });
  }
  const listing = openHostedListing(tables, CONNECTION);
  const entries = new Map<string, Entry>();
  for (const kind of ['user', 'group'] as const)
    for await (const entry of listing.listEntries(kind)) entries.set(entry.id, entry);
  return { ties, entries };
}
