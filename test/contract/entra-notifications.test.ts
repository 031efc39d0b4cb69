import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openNotifications } from '../../lib/entra/notifications.ts';
import type { Notifications, WantedSubscription } from '../../lib/ports/entra.ts';
import { type ReceiverUnderTest, receiverUnderTest } from '../local/tenant/receiver-under-test.ts';
import { type TenantUnderTest, tenantUnderTest } from '../local/tenant/tenant-under-test.ts';

const READER = 'c0000000-0000-4000-8000-000000000001';
const OTHER = 'c0000000-0000-4000-8000-000000000002';
const MEMBERS_READER = 'c0000000-0000-4000-8000-000000000003';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let under: TenantUnderTest;
let receiver: ReceiverUnderTest;
let notifications: Notifications;

beforeAll(async () => {
  receiver = await receiverUnderTest();
  under = await tenantUnderTest({
    seed: { users: 5, groups: 2, memberships: 5 },
    callbackCa: receiver.caPem,
    notifications: { batchSeconds: 0.05, subscriptionsPerApp: 2 },
    apps: {
      [READER]: ['User.Read.All', 'Group.Read.All'],
      [OTHER]: ['User.Read.All', 'Group.Read.All'],
      [MEMBERS_READER]: ['User.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'],
    },
  });
  notifications = open(READER);
});
afterAll(async () => {
  await under.tenant.close();
  await receiver.close();
});
beforeEach(async () => {
  for (const app of [READER, OTHER, MEMBERS_READER])
    for (const { id } of await open(app).list()) await open(app).unsubscribe(id);
  await under.control('DELETE faults');
  await under.control('POST reset');
  receiver.forget();
  receiver.agree = (token) => ({ text: token });
});

function open(clientId: string): Notifications {
  return openNotifications({
    baseUrl: under.tenant.baseUrl,
    clock: Date,
    sleep: async () => undefined,
    credential: under.credential(clientId),
  });
}

/** The tenant's own time, which controls move. */
async function now(): Promise<number> {
  return Date.parse(String((await under.control('GET clock')).now));
}

async function wanted(change: Partial<WantedSubscription> = {}): Promise<WantedSubscription> {
  return {
    resource: 'users',
    notificationUrl: receiver.url('/notifications?connection=c'),
    clientState: 'between us',
    expiresAt: (await now()) + DAY_MS,
    ...change,
  };
}

const failure = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );

describe('a subscription', () => {
  it('is made after both addresses agreed, and then shown', async () => {
    const asked = await wanted();
    const made = await notifications.subscribe(asked);
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resource: 'users',
      notificationUrl: asked.notificationUrl,
      lifecycleNotificationUrl: asked.notificationUrl,
      expiresAt: asked.expiresAt,
    });
    expect(receiver.validations).toHaveLength(2);
    expect(await notifications.find(made.id)).toEqual(made);
    expect(await notifications.list()).toEqual([made]);
  });

  it('tells of changes and of its own life', async () => {
    const { id } = await notifications.subscribe(await wanted());
    const user = await under.control('POST users', { displayName: 'New' });
    const [change] = await receiver.received(1);
    expect(change).toMatchObject({
      subscriptionId: id,
      clientState: 'between us',
      changeType: 'updated',
      resourceData: { id: user.id },
    });
    receiver.forget();
    await under.control(`POST subscriptions/${id}/lifecycle`, { event: 'reauthorizationRequired' });
    const [event] = await receiver.received(1);
    expect(event).toMatchObject({ subscriptionId: id, lifecycleEvent: 'reauthorizationRequired' });
  });

  it('gets the least time where less was asked for', async () => {
    const expiresAt = (await now()) + MINUTE_MS;
    const made = await notifications.subscribe(await wanted({ expiresAt }));
    expect(made.expiresAt).toBeGreaterThan(expiresAt + 43 * MINUTE_MS);
    expect(await notifications.find(made.id)).toEqual(made);
  });

  it('is one of its resource, and of its application', async () => {
    const users = await notifications.subscribe(await wanted());
    const twin = await failure(notifications.subscribe(await wanted({ clientState: 'other' })));
    expect(twin).toMatchObject({ code: 'conflict' });
    expect(String(twin)).toContain('409 Conflict');
    expect(String(twin)).not.toContain(users.id);
    const groups = await notifications.subscribe(await wanted({ resource: 'groups' }));
    await open(OTHER).subscribe(await wanted());
    expect(await notifications.list()).toEqual([users, groups]);
    expect(await open(OTHER).find(users.id)).toBeUndefined();
  });
});

describe('a wish that is refused', () => {
  it('says so where the address does not agree', async () => {
    receiver.agree = () => ({ text: 'no' });
    const error = await failure(notifications.subscribe(await wanted()));
    expect(error).toMatchObject({ code: 'bad-request', retryable: false });
    expect(String(error)).toContain('400 InvalidRequest');
    expect(String(error)).not.toMatch(/between us|localhost/);
    expect(await notifications.list()).toEqual([]);
  });

  it('says so where nobody listens, or the end is too far away', async () => {
    for (const change of [
      { notificationUrl: 'https://127.0.0.1:9/notifications' },
      { expiresAt: (await now()) + 30 * DAY_MS },
    ]) {
      const error = await failure(notifications.subscribe(await wanted(change)));
      expect(error).toMatchObject({ code: 'bad-request' });
    }
  });

  it('says so where the permission is missing: to read members is not enough', async () => {
    const limited = open(MEMBERS_READER);
    const error = await failure(limited.subscribe(await wanted({ resource: 'groups' })));
    expect(error).toMatchObject({ code: 'access-denied' });
    await limited.subscribe(await wanted());
  });

  it('says so where there are too many', async () => {
    const { notificationUrl, expiresAt } = await wanted();
    const expirationDateTime = new Date(expiresAt).toISOString();
    const direct = under.graphAs(OTHER).api('/subscriptions');
    for (const changeType of ['updated', 'deleted'])
      await direct.post({ changeType, resource: '/Users', notificationUrl, expirationDateTime });
    const other = open(OTHER);
    const error = await failure(other.subscribe(await wanted()));
    expect(error).toMatchObject({ code: 'access-denied' });
    expect(String(error)).toContain('403 Forbidden');
    const shown = (await other.list()).map((each) => [
      each.resource,
      each.lifecycleNotificationUrl,
    ]);
    expect(shown).toEqual([
      ['users', undefined],
      ['users', undefined],
    ]);
  });
});

describe('renewing', () => {
  it('moves the end, and counts as authorizing anew', async () => {
    const made = await notifications.subscribe(await wanted());
    const expiresAt = (await now()) + 20 * DAY_MS;
    receiver.forget();
    expect(await notifications.renew(made.id, { expiresAt })).toEqual({ ...made, expiresAt });
    expect(await notifications.find(made.id)).toEqual({ ...made, expiresAt });
    expect(receiver.validations).toEqual([]);
    const { notifications: stats } = await under.control('GET stats');
    expect(stats).toMatchObject({ violations: 0 });
  });

  it('moves it to another address, once that one agrees', async () => {
    const made = await notifications.subscribe(await wanted());
    const change = { expiresAt: made.expiresAt, notificationUrl: receiver.url('/elsewhere') };
    receiver.agree = () => ({ status: 500 });
    const error = await failure(notifications.renew(made.id, change));
    expect(error).toMatchObject({ code: 'bad-request' });
    receiver.agree = (token) => ({ text: token });
    const moved = { ...made, notificationUrl: change.notificationUrl };
    expect(await notifications.renew(made.id, change)).toEqual(moved);
    expect(await notifications.find(made.id)).toEqual(moved);
  });
});

describe('a subscription that is gone', () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ['was taken back', (id) => notifications.unsubscribe(id)],
    ['was lost without a word', (id) => under.control(`DELETE subscriptions/${id}`)],
    ['has ended', () => under.control('POST clock', { advanceSeconds: 24 * 3600 + 1 })],
  ])('is missing everywhere, and can be made again: it %s', async (_, end) => {
    const { id } = await notifications.subscribe(await wanted());
    await end(id);
    const expiresAt = (await now()) + DAY_MS;
    expect(await notifications.find(id)).toBeUndefined();
    expect(await notifications.renew(id, { expiresAt })).toBeUndefined();
    await notifications.unsubscribe(id);
    expect(await notifications.list()).toEqual([]);
    expect((await notifications.subscribe(await wanted())).id).not.toBe(id);
  });
});

describe('trouble on the way', () => {
  it.each([
    ['throttle', 'throttled'],
    ['unavailable', 'unavailable'],
  ])('is waited out, and reported where it stays: %s', async (kind, code) => {
    const fault = { kind, route: '/subscriptions', retryAfterSeconds: 1.5 };
    await under.control('POST faults', { ...fault, count: 2 });
    const made = await notifications.subscribe(await wanted());
    expect(await notifications.list()).toEqual([made]);
    await under.control('POST faults', fault);
    for (const attempt of [
      () => notifications.list(),
      () => notifications.renew(made.id, { expiresAt: made.expiresAt }),
      () => notifications.unsubscribe(made.id),
    ])
      expect(await failure(attempt())).toMatchObject({ code, retryAfterSeconds: 1.5 });
    await under.control('DELETE faults');
    expect(await notifications.find(made.id)).toEqual(made);
  });

  it('leaves a creation that broke off in the middle to the caller', async () => {
    const route = 'POST /subscriptions';
    await under.control('POST faults', { kind: 'truncated', route, count: 1 });
    expect(await failure(notifications.subscribe(await wanted()))).toMatchObject({
      code: 'unavailable',
    });
    expect(await notifications.list()).toHaveLength(1);
    expect(await failure(notifications.subscribe(await wanted()))).toMatchObject({
      code: 'conflict',
    });
  });
});
