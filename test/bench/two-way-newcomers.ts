import { openHostedResources } from '../../lib/app/hosted/hosted-resources.ts';
import { openShard } from '../../lib/app/hosted/shard.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { ResourceStore } from '../../lib/ports/resources.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createScimCredential, openScimClient } from '../scenarios/scim-client.ts';
import { costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { atSite, endedRun, type Site, until } from './site.ts';

const CONNECTION = 'bench';
const USERS = 2_000;
const USERS_A_SIDE = 5_000;
const LOOK_EVERY_MS = 1_000;
const WORKERS = 4;
const MEMBERS_A_REQUEST = 20;
/** How many report to one manager. */
const REPORTS = 10;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const rulesOf = (targetGroup?: string) =>
  ruleSettingsSchema.parse({
    users: {
      types: 'both',
      aliases: null,
      missingNames: 'leave-empty',
      export: true,
      create: { domain: 'haldenworks.example' },
      ...(targetGroup !== undefined && { targetGroup: { id: targetGroup } }),
    },
    groups: { withoutMail: true },
  });

/** What it costs to make the application's users in Entra, with managers and a target group. */
export async function benchNewcomers(tell: Tell): Promise<void> {
  const say = named('two-way.newcomers', tell);
  await atSite({ users: 1, groups: 1, memberships: 0, writes: true }, async (site) => {
    const [group] = (await site.tenant.dump()).filter(({ kind }) => kind === 'group');
    if (!group) throw new Error('the tenant has no group');
    await site.switchOn(CONNECTION, await site.prepare(CONNECTION, rulesOf(group.id)));
    await endedRun(site, CONNECTION);
    const store = storeAt(site);
    const members = async () =>
      (await site.tenant.dump())
        .filter(({ id }) => id === group.id)
        .reduce((sum, part) => sum + part.members.length, 0);
    const managed = async () =>
      (await site.tenant.dump()).filter(({ manager }) => typeof manager === 'string').length;
    // The tenant's own user is a member before.
    await until(async () => (await members()) === 1, LOOK_EVERY_MS);
    const before = (await site.tenant.stats()).byRoute;
    await makeUsers(store, USERS, { hasManagers: true });
    const began = performance.now();
    await wakeByWriting(site, store);
    await until(async () => (await members()) === USERS + 1, LOOK_EVERY_MS);
    await until(async () => (await managed()) === USERS - 1, LOOK_EVERY_MS);
    const after = (await site.tenant.stats()).byRoute;
    const written = (route: string) => (after[route] ?? 0) - (before[route] ?? 0);
    const memberships = Math.ceil(USERS / MEMBERS_A_REQUEST);
    for (const [name, route, budget] of [
      ['creates', 'POST /users', USERS],
      ['managers', 'PUT /users/{id}/manager/$ref', USERS],
      ['memberships', 'PATCH /groups/{id}', memberships],
    ] as const)
      say({ name, value: written(route), unit: 'Graph writes', budget });
    const seconds = (performance.now() - began) / 1_000;
    say({ name: 'seconds', value: seconds, unit: 's', budget: null });
    await tellEcho(site, say);
  });
}

/** Both sides have thousands of users whom the other does not know: everybody comes to be on both. */
export async function benchBothSides(tell: Tell): Promise<void> {
  const say = named('two-way.both', tell);
  const size = { users: USERS_A_SIDE, groups: 0, memberships: 0, writes: true };
  await atSite({ ...size, workers: WORKERS }, async (site) => {
    const plan = await site.prepare(CONNECTION, rulesOf());
    const store = storeAt(site);
    await makeUsers(store, USERS_A_SIDE, { hasManagers: false });
    const began = performance.now();
    await site.switchOn(CONNECTION, plan);
    const all = 2 * USERS_A_SIDE;
    // Dumps of so many would take the time that the work needs.
    await until(async () => (await site.tenant.stats()).directory.users === all, 2_000);
    await until(async () => (await entriesIn(store)) === all, 2_000);
    await until(async () => (await site.inStep(CONNECTION)).users === all, 2_000);
    const seconds = (performance.now() - began) / 1_000;
    say({ name: 'seconds', value: seconds, unit: 's', budget: null });
    const { rejected, failures } = await site.troubles(CONNECTION);
    say({ name: 'failures', value: rejected + failures, unit: '', budget: 0 });
    await tellEcho(site, say);
  });
}

/** What both sides say afterwards is news to nobody. */
async function tellEcho(site: Site, say: Tell): Promise<void> {
  const cost = await costOf(site, async () => {
    const runId = await site.ask(CONNECTION, 'sync-now');
    await endedRun(site, CONNECTION, ({ id }) => id === runId);
  });
  say({ name: 'echo', value: cost.graphWrites, unit: 'Graph writes', budget: 0 });
}

function storeAt({ azure }: Site): ResourceStore {
  const tables = openTables({ connectionString: azure.tableConnectionString });
  return openHostedResources(openShard(tables, CONNECTION, {}));
}

/** The application makes users, some of whom manage the others. */
async function makeUsers(
  store: ResourceStore,
  users: number,
  { hasManagers }: { readonly hasManagers: boolean },
): Promise<void> {
  const ids: string[] = [];
  for (let n = 0; n < users; n += 1) {
    const manager = hasManagers && n > 0 ? ids[Math.floor((n - 1) / REPORTS)] : undefined;
    const written = await store.create(
      'user',
      {
        userName: `newcomer${n}`,
        displayName: `Newcomer ${n}`,
        active: true,
        ...(manager !== undefined && { [ENTERPRISE]: { manager: { value: manager } } }),
      },
      'app',
    );
    if (!written.ok) throw new Error(`a user is ${written.reason}`);
    ids.push(written.stored.id);
  }
}

/** Any write of a client wakes the poll. */
async function wakeByWriting(site: Site, store: ResourceStore): Promise<void> {
  const { url, token } = await createScimCredential(site.azure, CONNECTION);
  const { resources } = await store.list('user', undefined, 1);
  const { status } = await openScimClient(url, token).patch(`/Users/${resources[0]?.id}`, [
    { op: 'replace', path: 'title', value: 'Awake' },
  ]);
  if (status >= 400) throw new Error(`a change is answered with ${status}`);
}

async function entriesIn(store: ResourceStore): Promise<number> {
  let count = 0;
  let from: string | undefined;
  do {
    const page = await store.list('user', from, 1_000);
    count += page.resources.length;
    from = page.next;
  } while (from !== undefined);
  return count;
}
