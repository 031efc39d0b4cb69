import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { openAdminApi } from '../scenarios/admin-api.ts';
import { named, type Tell } from './figures.ts';
import { activeUsers } from './rules-active.ts';
import { changeRules } from './rules-change.ts';
import { fillGroup } from './rules-fill-group.ts';
import { measureRulesImport } from './rules-import.ts';
import { rulesOfGroup } from './rules-of-group.ts';
import { tellPlan } from './rules-plan.ts';
import { costOfRound, costUntilSettled } from './rules-settled.ts';
import { atSite, type Site } from './site.ts';
import { peakMemory } from './worker-memory.ts';

const CONNECTION = 'bench';
/** Members who are in the other group as well, and go on taking part. */
const STAYING = 10;
const ROUND_REQUESTS = 2;

/** Everybody takes part who is in one large group, until the rules name another one. */
export async function benchRulesScopeGroup(members: number, tell: Tell): Promise<void> {
  const own = named(`rules.scope-group.${members}`, tell);
  await atSite({ users: members + 1, groups: 0, memberships: 0 }, async (site) => {
    const users = (await site.tenant.dump()).filter(({ kind }) => kind === 'user');
    const newcomer = users.findLast(({ accountEnabled }) => accountEnabled === true)?.id ?? '';
    const ids = users.map(({ id }) => id).filter((id) => id !== newcomer);
    const large = await fillGroup(site.tenant, 'Large', ids);
    const small = await fillGroup(site.tenant, 'Small', ids.slice(0, STAYING));
    const asked = { rules: rulesOfGroup(large), users: members };
    await measureRulesImport(site, CONNECTION, asked, named('import', own));
    await measureJoin(site, large, newcomer, named('join', own));
    const other = named('other-group', own);
    await measurePreview(site, rulesOfGroup(small), members + 1, named('preview', other));
    await measureOtherGroup(site, rulesOfGroup(small), members + 1, other);
    own(await peakMemory(site));
  });
}

async function measureJoin(site: Site, group: string, newcomer: string, tell: Tell): Promise<void> {
  const join = () => site.tenant.addMembers(group, [newcomer]);
  const cost = await costOfRound(site, CONNECTION, join);
  const wrong = (await activeUsers(site, CONNECTION)).has(newcomer) ? 0 : 1;
  tell({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget: ROUND_REQUESTS });
  tell({ name: 'tables', value: cost.transactions, unit: 'transactions', budget: null });
  tell({ name: 'bus', value: cost.messages, unit: 'messages', budget: null });
  tell({ name: 'wrong', value: wrong, unit: 'of 1 users', budget: 0 });
}

/** The plan of a change of the rules, over two sides that are in step. */
async function measurePreview(
  site: Site,
  rules: RuleSettings,
  users: number,
  tell: Tell,
): Promise<void> {
  const admin = openAdminApi(site.azure.url, site.azure.adminToken);
  let planId = '';
  const cost = await costUntilSettled(site, CONNECTION, async () => {
    planId = await admin.beginPreview(CONNECTION, rules);
  });
  await tellPlan(site, { connectionId: CONNECTION, planId, cost, users }, tell);
}

/**
 * Nearly everybody leaves the scope, and nothing is read to find out who. So many are held for the
 * administrator: none of them may become inactive before that.
 */
async function measureOtherGroup(
  site: Site,
  rules: RuleSettings,
  users: number,
  tell: Tell,
): Promise<void> {
  const before = await activeUsers(site, CONNECTION);
  const begun = Date.now();
  const cost = await costUntilSettled(site, CONNECTION, () => changeRules(site, CONNECTION, rules));
  const seconds = (Date.now() - begun) / 1_000;
  const leaving = users - STAYING;
  const { held } = await openAdminApi(site.azure.url, site.azure.adminToken).status(CONNECTION);
  const after = await activeUsers(site, CONNECTION);
  const perUser = cost.transactions / users;
  tell({ name: 'seconds', value: seconds, unit: 's', budget: null });
  tell({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget: 0 });
  tell({ name: 'tables', value: perUser, unit: 'transactions a user', budget: null });
  tell({ name: 'bus', value: cost.messages, unit: 'messages', budget: null });
  tell({ name: 'held', value: held.users, unit: `of ${leaving} who leave`, budget: null });
  const lost = [...before].filter((user) => !after.has(user)).length;
  tell({ name: 'lost', value: lost, unit: `of ${before.size} active users`, budget: 0 });
}
