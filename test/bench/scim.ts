import { randomUUID } from 'node:crypto';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import { createScimCredential, openScimClient, type ScimClient } from '../scenarios/scim-client.ts';
import { named, type Tell } from './figures.ts';
import { measureCalls } from './measure-calls.ts';
import { scimUser } from './scim-people.ts';
import { atSite } from './site.ts';

const CONNECTION = 'bench';
const LARGE_GROUP = 50_000;
const PAGE = 200;

const TENANT = { users: 10, groups: 1, memberships: 5 } as const;

/** Every so many calls, and how many are under way at the same time. */
const READS = { calls: 400, at: 1 } as const;
const WRITES = { calls: 1_000, at: 4 } as const;

/** What clients do to a directory of many users, against the running host. */
export async function benchScim(users: number, tell: Tell): Promise<void> {
  await atSite(TENANT, async ({ azure, make }) => {
    await make(CONNECTION);
    const { url, token } = await createScimCredential(azure, CONNECTION);
    const ids = await fill(azure.tableConnectionString, users);
    const client = openScimClient(url, token);
    const group = await fillGroup(azure.tableConnectionString, client, ids);
    const scim = named('scim', tell);
    await benchReads({ client, users, ids }, scim);
    await benchWrites({ client, ids, group }, scim);
    await benchListings({ client, users }, scim);
  });
}

interface Reading {
  readonly client: ScimClient;
  readonly users: number;
  readonly ids: readonly string[];
}

async function benchReads({ client, users, ids }: Reading, tell: Tell): Promise<void> {
  const some = (n: number) => (n * 7_919) % users;
  const match = (n: number) =>
    client.get(
      `/Users?filter=${encodeURIComponent(`userName eq "${scimUser(some(n)).userName}"`)}`,
    );
  await measureCalls(READS, match, named('match', tell), { p50: 20 });
  await measureCalls(READS, (n) => client.get(`/Users/${ids[some(n)]}`), named('get', tell));
}

interface Writing {
  readonly client: ScimClient;
  readonly ids: readonly string[];
  readonly group: string;
}

/** As Entra sends them. */
const BUDGET = { p95: 200, leastRate: 25 } as const;

async function benchWrites({ client, ids, group }: Writing, tell: Tell): Promise<void> {
  const create = () => client.post('/Users', { ...scimUser(randomUUID()), schemas: [] });
  await measureCalls(WRITES, create, named('create', tell), BUDGET);
  const patch = (n: number) =>
    client.patch(`/Users/${ids[(n * 7_919) % ids.length]}`, [
      { op: 'Replace', path: 'title', value: `Title ${n}` },
      { op: 'Replace', path: 'name.givenName', value: `Given ${n}` },
    ]);
  await measureCalls(WRITES, patch, named('patch', tell), BUDGET);
  const add = (n: number) =>
    client.patch(`/Groups/${group}`, [
      { op: 'Add', path: 'members', value: [{ value: ids[LARGE_GROUP + n] }] },
    ]);
  await measureCalls({ calls: 400, at: 1 }, add, named('add-member', tell));
}

async function benchListings(
  { client, users }: Pick<Reading, 'client' | 'users'>,
  tell: Tell,
): Promise<void> {
  const page = (n: number) => client.get(`/Users?startIndex=${n * PAGE + 1}&count=${PAGE}`);
  await measureCalls({ calls: Math.min(100, users / PAGE), at: 1 }, page, named('page', tell));
  const jump = (n: number) =>
    client.get(`/Users?startIndex=${((n * 7_919) % users) + 1}&count=${PAGE}`);
  await measureCalls({ calls: 10, at: 1 }, jump, named('jump', tell));
  let cursor = '';
  const filter = encodeURIComponent('title co "Title 1"');
  await measureCalls(
    { calls: 20, at: 1 },
    async () => {
      const answer = await client.get(`/Users?filter=${filter}&cursor=${cursor}`);
      cursor = String(answer.body.nextCursor ?? '');
      return answer;
    },
    named('unindexed-page', tell),
  );
  const refused = await client.get(`/Users?filter=${filter}`);
  if (users > 20_000 && refused.body.scimType !== 'tooMany')
    throw new Error('an unindexed filter by index is to be refused');
}

/** Users as the import writes them: through the service it would take an hour. */
async function fill(connectionString: string, users: number): Promise<readonly string[]> {
  const directory = openHostedDirectory(openTables({ connectionString }), CONNECTION);
  const ids: string[] = [];
  for (let at = 0; at < users; at += 1_000) {
    const drafts = Array.from({ length: Math.min(1_000, users - at) }, (_, n) => ({
      kind: 'user' as const,
      externalId: randomUUID(),
      active: true,
      attributes: scimUser(at + n).attributes,
    }));
    for (const outcome of await directory.create(drafts, 0))
      if (outcome.ok) ids.push(outcome.value.id);
  }
  return ids;
}

async function fillGroup(
  connectionString: string,
  client: ScimClient,
  ids: readonly string[],
): Promise<string> {
  const { body } = await client.post('/Groups', { displayName: 'A large one' });
  const groupId = String(body.id);
  const directory = openHostedDirectory(openTables({ connectionString }), CONNECTION);
  await directory.addMembers(
    ids.slice(0, LARGE_GROUP).map((memberId) => ({ groupId, memberId, memberKind: 'user' })),
  );
  return groupId;
}
