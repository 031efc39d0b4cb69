import { approveAll, heldKeys, verify } from './administrator.ts';
import { happens } from './moments.ts';
import type { World } from './world.ts';

/** What happens to a tenant of ten users and three groups that is in step. */
export type Scenario = (world: World) => Promise<void>;

const POLL_SECONDS = 180;

/** Who leaves, returns, is changed and leaves for good, all told by the delta. */
async function removals(world: World): Promise<void> {
  await happens(world, 'deleteUser', { a: 1, b: 0 });
  await happens(world, 'deleteGroup', { a: 1, b: 0 });
  await happens(world, 'removeMember', { a: 0, b: 2 });
  await happens(world, 'retitle', { a: 3, b: 1 });
  await world.pollAfter(POLL_SECONDS);
  await happens(world, 'restoreUser', { a: 0, b: 0 });
  await happens(world, 'restoreGroup', { a: 0, b: 0 });
  await happens(world, 'retitle', { a: 3, b: 0 });
  await happens(world, 'deleteUser', { a: 4, b: 0 });
  await happens(world, 'purgeUser', { a: 0, b: 1 });
  await world.pollAfter(POLL_SECONDS);
}

/** More leave than the guard lets pass, and an administrator approves. */
async function heldAndApproved(world: World): Promise<void> {
  for (let n = 0; n < 4; n += 1) await happens(world, 'deleteUser', { a: 1, b: 0 });
  await world.pollAfter(POLL_SECONDS);
  if (heldKeys(world).length !== 4) throw new Error('the guard has not held them');
  approveAll(world);
  await world.settle();
  await world.pollAfter(POLL_SECONDS);
}

/** Links expire, and a full run finds what nobody has told. */
async function resync(world: World): Promise<void> {
  vanish(world);
  const { tenant } = world;
  const [first] = tenant.groups.values();
  const [, , member] = tenant.users.keys();
  if (member !== undefined) first?.members.delete(member);
  for (const user of tenant.users.values()) if (user.displayName === 'u3') user.manager = null;
  await happens(world, 'expireLinks', { a: 0, b: 0 });
  for (let n = 0; n < 3; n += 1) await world.pollAfter(POLL_SECONDS);
}

/** What was said of a user and of a group is lost: both are read by their ids, and are not there. */
async function verified(world: World): Promise<void> {
  for (const id of vanish(world)) verify(world, { kind: world.tenant.kindOf(id), id });
  await world.settle();
  await world.pollAfter(POLL_SECONDS);
}

/** The application does not answer while all kinds of changes are made. */
async function outage(world: World): Promise<void> {
  world.troubles.app.until = Number.POSITIVE_INFINITY;
  await happens(world, 'addUser', { a: 0, b: 0 });
  await happens(world, 'addMembers', { a: 0, b: 10 });
  await happens(world, 'addMembers', { a: 2, b: 6 });
  await happens(world, 'retitle', { a: 3, b: 1 });
  await happens(world, 'deleteUser', { a: 1, b: 0 });
  for (let n = 0; n < 2; n += 1) await world.pollAfter(POLL_SECONDS);
  world.troubles.app.until = 0;
  await world.later(1_200);
}

/** A user goes to the bin and a group is purged, and no delta tells. */
function vanish({ tenant }: World): readonly string[] {
  const [, user] = tenant.users.values();
  const [, group] = tenant.groups.values();
  if (!user || !group) throw new Error('the tenant is too small');
  user.life = 'soft';
  group.life = 'purged';
  tenant.keep();
  return [user.id, group.id];
}

export const SCENARIOS: readonly (readonly [name: string, scenario: Scenario])[] = [
  ['removals', removals],
  ['removals that are held, and approved', heldAndApproved],
  ['a full run', resync],
  ['reads by id', verified],
  ['an outage of the application', outage],
];
