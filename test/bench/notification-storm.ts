import { costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { atNotifiedSite, type NotifiedSite } from './notified-site.ts';
import { until } from './site.ts';

const SIZE = { users: 10_000, groups: 20, memberships: 100 } as const;
const AT_ONCE = 16;
const PAGE = 200;
const OTHERS = 10;

/** Every user of a tenant changes within seconds: that is told once for each of them. */
export async function benchStorm(tell: Tell): Promise<void> {
  await atNotifiedSite({ ...SIZE, pageSize: PAGE }, async (site) => {
    const own = named('notifications.storm', tell);
    const users = (await site.tenant.dump()).filter(({ kind }) => kind === 'user');
    const ids = users.map(({ id }) => id);
    await site.tenant.resetStats();
    const began = performance.now();
    const secondsSince = () => (performance.now() - began) / 1_000;
    let changing = 0;
    const cost = await costOf(site, async () => {
      await changeAll(site, ids);
      changing = secondsSince();
      await until(async () => (await site.titleOf(ids.at(-1) ?? '')) === 'Stormed');
      await site.isQuiet();
    });
    const budget = Math.ceil(ids.length / PAGE) + OTHERS;
    own({
      name: 'changes',
      value: ids.length,
      unit: `users in ${changing.toFixed(1)} s`,
      budget: null,
    });
    own({ name: 'seconds', value: secondsSince(), unit: 's until all is quiet', budget: null });
    own({ name: 'pages', value: cost.deltaPages, unit: 'requests', budget: null });
    own({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget });
  });
}

async function changeAll({ tenant }: NotifiedSite, ids: readonly string[]): Promise<void> {
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      await tenant.patchUser(id, { jobTitle: 'Stormed' });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
