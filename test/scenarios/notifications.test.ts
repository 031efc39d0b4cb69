import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { there } from './connected.ts';
import { fresh } from './fresh.ts';
import { openWebhook } from './webhook.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let webhook: ReturnType<typeof openWebhook>;

beforeAll(async () => {
  world = await startWorld({ users: 30, groups: 5, memberships: 40, own: { front: true } });
  webhook = openWebhook(world);
  await subscribed();
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const subscribed = () =>
  world.until(async () => (await world.status()).notifications.on && (await ids()).length === 2);
const ids = async () => (await world.tenant.subscriptions()).map(({ id }) => id);
const users = async () => (await world.app.read()).users;
const newUser = (displayName: string) => world.tenant.createUser({ displayName });

/** No timer runs here: whatever comes over was told. */
async function comesOver(displayName: string): Promise<string> {
  const { id } = await newUser(displayName);
  await world.until(async () => (await users()).has(id));
  return id;
}

/** The tenant changes and says nothing; only a word about it makes anybody look. */
async function unheard(displayName: string): Promise<string> {
  await world.tenant.faults({ kind: 'lostNotifications', route: 'NOTIFY /users', count: 1 });
  const { id } = await newUser(displayName);
  await world.until(async () => lostOf(await world.tenant.stats()) > 0);
  await world.tenant.noFaults();
  return id;
}

function lostOf({ notifications }: Readonly<Record<string, unknown>>): number {
  return typeof notifications === 'object' && notifications !== null && 'lost' in notifications
    ? Number(notifications.lost)
    : 0;
}

describe('a change in the tenant', () => {
  it('comes over without any timer', async () => {
    const id = await comesOver('Nora Notified');
    const group = await world.tenant.createGroup({ displayName: 'Notified' });
    await world.tenant.addMembers(group.id, [id]);
    await world.until(async () => (await world.app.read()).memberships.has(`${group.id} ${id}`));
    await world.tenant.patchUser(id, { jobTitle: 'Seller' });
    await world.until(async () => (await users()).get(id)?.attributes.title === 'Seller');
    await world.tenant.deleteUser(id);
    await world.until(async () => (await users()).get(id)?.active === false);
    await world.expectInStep();
    const { notifications } = await world.status();
    expect(notifications.on).toBe(true);
    const told = notifications.subscriptions.filter(({ lastNotification }) => lastNotification);
    expect(told.length).toBeGreaterThan(0);
  });

  it('comes over although notifications are doubled, late and out of order', async () => {
    await world.tenant.faults(
      { kind: 'duplicateNotifications', percent: 50 },
      { kind: 'slowNotifications', percent: 30, seconds: 1 },
      { kind: 'reorderedNotifications', percent: 30 },
    );
    const made = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => newUser(`Olga Order ${n}`)));
    await world.until(async () => {
      const known = await users();
      return made.every(({ id }) => known.has(id));
    });
  });

  it('that the delta shows later is looked for again', async () => {
    await world.tenant.faults({ kind: 'lag', seconds: 3 });
    const { id } = await newUser('Lena Lag');
    await world.until(async () => (await users()).has(id));
  });

  it('that is told while a poll reads is not lost', async () => {
    const slow = {
      kind: 'throttle',
      route: 'users/delta',
      retryAfterSeconds: 3,
      count: 1,
    } as const;
    await world.tenant.faults(slow);
    await world.tenant.resetStats();
    await newUser('Lotte Looked');
    const routes = async () => (await world.tenant.stats()).byRoute;
    await world.until(async () => Number((await routes())['GET /users/delta']) >= 1);
    // The groups were read already.
    const group = await world.tenant.createGroup({ displayName: 'In between' });
    await world.until(async () => (await world.app.read()).groups.has(group.id));
    await world.runEnded();
    await world.expectInStep();
  });
});

describe('the life of a subscription', () => {
  it.each(['missed', 'subscriptionRemoved'])('%s leads to a poll', async (event) => {
    const id = await unheard(`Mira ${event}`);
    const { id: subscription } = await webhook.subscription('users');
    await world.tenant.tellLifecycle(subscription, event);
    await world.until(async () => (await users()).has(id));
    await subscribed();
    expect((await ids()).includes(subscription)).toBe(event === 'missed');
    await comesOver(`After ${event}`);
  });

  it('reauthorizationRequired is answered, but not within ten minutes of the last time', async () => {
    const { id } = await webhook.subscription('users');
    const checks = async () => {
      const { subscriptions } = (await world.status()).notifications;
      return subscriptions.map(({ lastCheck }) => lastCheck);
    };
    const before = await checks();
    await world.tenant.tellLifecycle(id, 'reauthorizationRequired');
    await world.until(async () => (await checks()).every((check) => !before.includes(check)));
    expect((await world.tenant.stats()).byRoute).not.toHaveProperty('PATCH /subscriptions/{id}');
    expect(await ids()).toContain(id);
  });

  it('that is lost without a word is begun again by the timer', async () => {
    for (const id of await ids()) await world.tenant.loseSubscription(id);
    const id = (await newUser('Tim Timer')).id;
    await world.azure.runTimer('subscriptions-timer');
    expect(await ids()).toHaveLength(2);
    await comesOver('Tina Timer');
    expect((await users()).has(id)).toBe(true);
  });
});

describe('two connections to one tenant', () => {
  it('share the subscriptions, which end with the last of them', async () => {
    const before = await ids();
    const other = await world.another(fresh('other'));
    await other.switchSync(true);
    await other.runEnded();
    expect(await ids()).toEqual(before);
    // A worker remembers for some seconds whom it has to tell.
    const id = await comesOver('Sharon Shared');
    let others = 0;
    await world.until(async () => {
      others += 1;
      await newUser(`Shirley Shared ${others}`);
      return (await other.app.read()).users.has(id);
    });

    await world.switchSync(false);
    await world.until(async () => !(await world.status()).notifications.on);
    const { id: second } = await newUser('Oscar Other');
    expect(await ids()).toEqual(before);
    await world.until(async () => (await other.app.read()).users.has(second));
    expect((await users()).has(second)).toBe(false);

    const old = await webhook.item(second);
    expect(await world.admin.remove(other.connectionId)).toMatchObject({ status: 204 });
    await world.until(async () => (await ids()).length === 0);
    expect(await world.secretNames('subscription-')).toEqual([]);

    await world.switchSync(true);
    await subscribed();
    expect((await ids()).some((one) => before.includes(one))).toBe(false);
    await world.until(async () => (await users()).has(second));
    await world.runEnded();
    await replayed(old);
    await world.expectInStep();
  });

  /** A worker remembers for a minute at most what it has heard of; a new one knows what is stored. */
  async function replayed(old: unknown): Promise<void> {
    await world.azure.killWorker(0);
    await world.azure.startWorker(0);
    // Runs send to the polls as well; were the old word believed, every post of it would.
    await world.until(async () => {
      const sent = await webhook.pollsSent();
      expect(await webhook.post([old])).toBe(202);
      return (await webhook.pollsSent()) === sent;
    });
    await comesOver('Rita Restarted');
  }
});

describe('with all notifications lost', () => {
  it('the poll timer still brings every change', async () => {
    await world.tenant.faults({ kind: 'lostNotifications' });
    const made = await Promise.all([1, 2, 3].map((n) => newUser(`Paul Polled ${n}`)));
    await world.tenant.deleteUser(there(made[0]).id);
    await world.azure.runTimer('poll-timer');
    await world.until(async () => (await users()).has(there(made[2]).id));
    await world.runEnded();
    await world.expectInStep();
  });
});
