import { isDeepStrictEqual } from 'node:util';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { readApplication } from './differences.ts';
import type { FakeTenant } from './fake-tenant.ts';
import type { TenantGroup, TenantUser } from './tenant-view.ts';
import type { World } from './world.ts';

/**
 * Sentences on what of the application is not as the tenant and the rules say; none when all is
 * well. Worked out in the plainest way there is, from the tenant alone.
 */
export async function differencesUnderRules(
  world: World,
  rules: RuleSettings,
): Promise<readonly string[]> {
  const { tenant } = world;
  const app = await readApplication(world);
  const found: string[] = [];
  const say = (sentence: string) => void found.push(sentence);
  for (const user of tenant.users.values()) {
    const entry = app.users.get(user.id);
    const is = standing(tenant, user, rules);
    const takesPart = user.life === 'live' && is.isIn;
    if (!takesPart) {
      if (entry && user.life === 'purged') say(`user ${user.id} is still there`);
      if (entry?.active) say(`user ${user.id} is active, and takes no part`);
      continue;
    }
    if (!entry) {
      say(`user ${user.id} is missing`);
      continue;
    }
    const active = user.enabled && !is.isRefused;
    if (entry.active !== active) say(`user ${user.id} is ${entry.active ? '' : 'not '}active`);
    const attributes = {
      userName: user.userName,
      displayName: user.displayName,
      ...(user.title !== null && { title: user.title }),
      ...(is.entitlements.length > 0 && { entitlements: is.entitlements }),
    };
    if (!isDeepStrictEqual({ ...entry.attributes }, attributes))
      say(
        `user ${user.id} is ${JSON.stringify(entry.attributes)}, not ${JSON.stringify(attributes)}`,
      );
  }
  for (const group of tenant.groups.values()) {
    const isThere = app.groups.has(group.id);
    const isWanted = isImported(group, rules);
    if (isThere !== isWanted) say(`group ${group.id} is ${isThere ? '' : 'not '}there`);
  }
  const members = membersByGroup(tenant, rules);
  for (const [group, own] of members)
    for (const member of own) {
      const user = tenant.users.get(member);
      const nested = tenant.groups.get(member);
      if (tenant.lifeOf(member) !== 'live' || (nested && !isImported(nested, rules))) continue;
      if (user && !standing(tenant, user, rules).isIn) continue;
      const pair = `${group} > ${member}`;
      if (!app.memberships.has(pair)) say(`membership ${pair} is missing`);
    }
  for (const pair of app.memberships) {
    const [group = '', member = ''] = pair.split(' > ');
    const isWanted = members.get(group)?.has(member);
    if (!isWanted && tenant.lifeOf(member) === 'live') say(`membership ${pair} is there`);
  }
  return found;
}

function isImported({ life, displayName }: TenantGroup, { groups }: RuleSettings): boolean {
  return life === 'live' && (groups.scope === 'all' || groups.names.includes(displayName));
}

/** Who counts as a member of each imported group. */
function membersByGroup(tenant: FakeTenant, rules: RuleSettings): Map<string, Set<string>> {
  const imported = [...tenant.groups.values()].filter((group) => isImported(group, rules));
  return new Map(
    imported.map((group) => {
      const members = new Set(group.members);
      const isFlat = rules.groups.nested === 'flatten';
      // A set that grows while it is walked.
      for (const member of members) {
        const nested = isFlat ? tenant.groups.get(member) : undefined;
        if (nested?.life !== 'live' || isImported(nested, rules)) continue;
        for (const one of nested.members) if (one !== group.id) members.add(one);
      }
      return [group.id, members];
    }),
  );
}

function standing(tenant: FakeTenant, user: TenantUser, { users, entitlements }: RuleSettings) {
  const isInOne = (chosen: readonly { readonly id: string }[]) =>
    chosen.some(({ id }) => isWithin(tenant, user.id, id, new Set()));
  const isChosen =
    users.scope === 'all' || isInOne(users.groups) || users.users.some(({ id }) => id === user.id);
  const isRefused = isInOne(users.deny) || (users.allow.length > 0 && !isInOne(users.allow));
  const own = entitlements.filter(({ groups }) => isInOne(groups)).map(({ value }) => value);
  return { isIn: isChosen, isRefused, entitlements: own.sort() };
}

/** Whether a user is in a group, or in one nested in it. */
function isWithin(tenant: FakeTenant, user: string, group: string, seen: Set<string>): boolean {
  const found = tenant.groups.get(group);
  if (found?.life !== 'live' || seen.has(group)) return false;
  seen.add(group);
  if (found.members.has(user)) return true;
  return [...found.members].some((member) => isWithin(tenant, user, member, seen));
}
