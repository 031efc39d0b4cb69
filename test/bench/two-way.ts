import { z } from 'zod';
import { openHostedResources } from '../../lib/app/hosted/hosted-resources.ts';
import { openShard } from '../../lib/app/hosted/shard.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { ResourceStore, StoredResource } from '../../lib/ports/resources.ts';
import type { Kind } from '../../lib/sync/entry.ts';
import { whyGroupStays } from '../../lib/sync/group-nature.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createScimCredential, openScimClient, type ScimClient } from '../scenarios/scim-client.ts';
import { costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { atSite, endedRun, type Site, until } from './site.ts';

const CONNECTION = 'bench';
const USERS = 2_000;
const MEMBERS_A_REQUEST = 20;
const CHANGES = 200;
const LATENCY_SECONDS = 2;
const LOOK_MS = 10;

const RULES = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true },
});

/** What a change of the application costs on its way to Entra, and how long it takes. */
export async function benchTwoWay(
  { groups, memberships }: { readonly groups: number; readonly memberships: number },
  tell: Tell,
): Promise<void> {
  // Some of the tenant's groups are not for an application to write.
  const size = { users: USERS, groups: Math.ceil(groups * 1.5), memberships: 0 };
  await atSite({ ...size, writes: true }, async (site) => {
    await site.switchOn(CONNECTION, await site.prepare(CONNECTION, RULES));
    await endedRun(site, CONNECTION);
    const { url, token } = await createScimCredential(site.azure, CONNECTION);
    const client = openScimClient(url, token);
    const tables = openTables({ connectionString: site.azure.tableConnectionString });
    const store = openHostedResources(openShard(tables, CONNECTION, {}));
    const users = await writableIn(site, store, 'user');
    await measureLatency(site, { client, users }, named('two-way.change', tell));
    const own = (await writableIn(site, store, 'group')).slice(0, groups);
    const filling = { client, store, users, groups: own, sizes: sizesOf(own.length, memberships) };
    await measureMemberships(site, filling, named('two-way', tell));
  });
}

interface Application {
  readonly client: ScimClient;
  readonly users: readonly string[];
}

/** One change after the other, each once the last has reached Entra. */
async function measureLatency(site: Site, { client, users }: Application, tell: Tell) {
  const seconds: number[] = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const id = users[n % users.length] ?? '';
    const title = `Change ${n}`;
    const { body } = await client.get(`/Users/${id}`);
    const began = performance.now();
    await retitle(client, id, title);
    const isThere = async () =>
      (await site.tenant.show('user', String(body.externalId))).jobTitle === title;
    await until(isThere, LOOK_MS);
    seconds.push((performance.now() - began) / 1_000);
  }
  const sorted = seconds.sort((a, b) => a - b);
  const share = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  tell({ name: 'p50', value: share(0.5), unit: 's', budget: null });
  tell({ name: 'p95', value: share(0.95), unit: 's', budget: LATENCY_SECONDS });
}

/** Any write of a client wakes the poll. */
async function retitle(client: ScimClient, id: string, value: string): Promise<void> {
  const { status } = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value }]);
  if (status >= 400) throw new Error(`a change is answered with ${status}`);
}

interface Filling extends Application {
  readonly store: ResourceStore;
  readonly groups: readonly string[];
  readonly sizes: readonly number[];
}

/** The application fills its groups, beside the service, and one change of its has them looked at. */
async function measureMemberships(
  site: Site,
  { client, store, users, groups, sizes }: Filling,
  tell: Tell,
): Promise<void> {
  const memberships = sizes.reduce((sum, size) => sum + size, 0);
  for (const [at, group] of groups.entries()) {
    const from = (at * 7) % users.length;
    const ids = [...users.slice(from), ...users.slice(0, from)].slice(0, sizes[at]);
    await store.changeMembers(group, [{ op: 'add', ids }], 'app');
  }
  const began = performance.now();
  const cost = await costOf(site, async () => {
    await retitle(client, users[0] ?? '', 'Last change');
    await until(async () => (await membershipsIn(site)) === memberships, 1_000);
  });
  const seconds = (performance.now() - began) / 1_000;
  const budget = memberships / MEMBERS_A_REQUEST + groups.length;
  // One write is that of the change itself.
  const value = cost.graphWrites - 1;
  tell({ name: 'memberships', value, unit: 'Graph writes', budget });
  tell({ name: 'memberships.seconds', value: seconds, unit: 's', budget: null });
  const echo = await costOf(site, async () => {
    const runId = await site.ask(CONNECTION, 'sync-now');
    await endedRun(site, CONNECTION, ({ id }) => id === runId);
  });
  tell({ name: 'echo', value: echo.graphWrites, unit: 'Graph writes', budget: 0 });
}

/** Entries of the application whose objects Entra lets others write. */
async function writableIn(
  { tenant }: Site,
  store: ResourceStore,
  kind: Kind,
): Promise<readonly string[]> {
  const barred = (await tenant.dump()).filter((object) => {
    if (object.kind === 'user') return object.onPremisesSyncEnabled === true;
    return whyGroupStays(natureSchema.parse(object)) !== undefined;
  });
  const ids = new Set(barred.map(({ id }) => id));
  return idsOf(store, kind, ({ resource: { externalId } }) => {
    return typeof externalId === 'string' && !ids.has(externalId);
  });
}

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);
const natureSchema = z.object({
  groupTypes: z.array(z.string()).default([]),
  isAssignableToRole: flag,
  mailEnabled: flag,
  onPremisesSyncEnabled: flag,
});

async function membershipsIn({ tenant }: Site): Promise<number> {
  return (await tenant.dump()).reduce((sum, { members }) => sum + members.length, 0);
}

async function idsOf(
  store: ResourceStore,
  kind: Kind,
  isMeant: (one: StoredResource) => boolean = () => true,
): Promise<string[]> {
  const ids: string[] = [];
  let from: string | undefined;
  do {
    const page = await store.list(kind, from, 1_000);
    ids.push(...page.resources.filter(isMeant).map(({ id }) => id));
    from = page.next;
  } while (from !== undefined);
  return ids;
}

/** Sizes without a pattern, the same in every run, that come to so many memberships together. */
function sizesOf(groups: number, memberships: number): readonly number[] {
  const weights = Array.from({ length: groups }, (_, n) => 1 + ((n * 7_919) % 1_009));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.floor((weight * memberships) / whole));
  const left = memberships - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, n) => (n < left ? size + 1 : size));
}
