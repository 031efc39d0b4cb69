import { Agent, request } from 'node:http';
import { named, type Tell } from './figures.ts';
import { atNotifiedSite, type NotifiedSite } from './notified-site.ts';
import { someUsers } from './some-users.ts';

const SIZE = { users: 500, groups: 50, memberships: 1_000 } as const;
const POSTS = 500;
const ITEMS = 20;
const TITLE = 'Posted';
const WARMING_ROUNDS = 2;

interface Answered {
  readonly status: number;
  readonly seconds: number;
}

/** Many posts at the same moment: Graph waits three seconds for each answer. */
export async function benchPosts(tell: Tell): Promise<void> {
  await atNotifiedSite(SIZE, async (site) => {
    const users = await someUsers(site);
    const bodies = await bodiesOf(site, users);
    const address = `${site.azure.url}/graph/notifications/${site.azure.tenantId}`;
    // The platform's front ends end TLS; what is measured here is the app.
    const agent = new Agent({ keepAlive: true, maxSockets: POSTS });
    // A worker that has served before; forged, so that nobody looks for what has not changed.
    const forged = bodies.map((body) => body.replaceAll('"clientState":"', '$&x'));
    for (let round = 0; round < WARMING_ROUNDS; round += 1)
      await Promise.all(forged.map((body) => post(address, body, agent)));
    await changeUnheard(site, users);
    const sent = await site.pollsSent();
    const answers = await Promise.all(bodies.map((body) => post(address, body, agent)));
    agent.destroy();
    await site.isQuiet();
    const messages = (await site.pollsSent()) - sent;
    tellAnswers(answers, await unseen(site, users), named('notifications.posts', tell));
    tell({ name: 'notifications.posts.messages', value: messages, unit: 'messages', budget: null });
  });
}

/** What has changed must come over, and these posts alone tell of it. */
async function changeUnheard({ tenant, isQuiet }: NotifiedSite, users: readonly string[]) {
  await isQuiet();
  await tenant.faults({ kind: 'lostNotifications' });
  for (const user of users) await tenant.patchUser(user, { jobTitle: TITLE });
  await isQuiet();
}

/** Users whose change has not come over. */
async function unseen({ titleOf }: NotifiedSite, users: readonly string[]): Promise<number> {
  const titles = await Promise.all(users.map(titleOf));
  return titles.filter((title) => title !== TITLE).length;
}

function tellAnswers(answers: readonly Answered[], unseenUsers: number, tell: Tell): void {
  const refused = answers.filter(({ status }) => status !== 202).length;
  const seconds = answers.map((answer) => answer.seconds).sort((a, b) => a - b);
  const at = (share: number) => seconds[Math.ceil(seconds.length * share) - 1] ?? 0;
  const lost = refused * ITEMS + unseenUsers;
  tell({ name: 'p50', value: at(0.5), unit: 's', budget: null });
  tell({ name: 'p99', value: at(0.99), unit: 's', budget: 1 });
  tell({ name: 'lost', value: lost, unit: `of ${POSTS * ITEMS} items`, budget: 0 });
}

/** Genuine items: each post tells of some of the users, all posts of all. */
async function bodiesOf(site: NotifiedSite, users: readonly string[]): Promise<string[]> {
  const subscriptions = await site.tenant.subscriptions();
  const subscription = subscriptions.find(({ resource }) => resource === 'users');
  const itemOf = (id: string) => ({
    changeType: 'updated',
    clientState: subscription?.clientState,
    resource: `Users/${id}`,
    resourceData: { id, '@odata.type': '#Microsoft.Graph.User', '@odata.id': `Users/${id}` },
    subscriptionExpirationDateTime: subscription?.expirationDateTime,
    subscriptionId: subscription?.id,
    tenantId: site.azure.tenantId,
  });
  return Array.from({ length: POSTS }, (_, n) => {
    const some = Array.from({ length: ITEMS }, (__, at) => users[(n + at) % users.length] ?? '');
    return JSON.stringify({ value: some.map(itemOf) });
  });
}

function post(address: string, body: string, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(address, { method: 'POST', agent, headers }, (answer) => {
      const { statusCode: status = 0 } = answer;
      answer.resume();
      answer.once('end', () => resolve({ status, seconds: (performance.now() - began) / 1_000 }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
