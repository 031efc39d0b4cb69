import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { tellPlan } from './rules-plan.ts';
import { atSite } from './site.ts';
import { peakMemory } from './worker-memory.ts';

const SIZE = { users: 20_000, groups: 2_000, memberships: 100_000 } as const;
const CONNECTION = 'bench';
/** The seed's group of everybody but guests. */
const EVERYBODY = 'All of Haldenworks';

/** What it costs to foresee an import of which nothing is known yet. */
export async function benchRulesPreview(tell: Tell): Promise<void> {
  const own = named('rules.preview', tell);
  await atSite(SIZE, async (site) => {
    const { tenant } = site;
    // Nested, so that groups are read once more for their members.
    const { id } = await tenant.createGroup({ displayName: 'Scope' });
    await tenant.addMembers(id, [(await tenant.show('group', EVERYBODY)).id]);
    const rules = ruleSettingsSchema.parse({ users: { scope: 'chosen', groups: [{ id }] } });
    let planId = '';
    const cost = await costOf(site, async () => {
      planId = await site.prepare(CONNECTION, rules);
    });
    await tellPlan(site, { connectionId: CONNECTION, planId, cost, users: SIZE.users }, own);
    own(await peakMemory(site));
  });
}
