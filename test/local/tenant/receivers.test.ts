import { describe, expect, it } from 'vitest';
import type { TenantOptions } from '../../../local/tenant/tenant.ts';
import { type ReceiverUnderTest, receiverUnderTest } from './receiver-under-test.ts';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

interface Both {
  readonly under: TenantUnderTest;
  readonly receiver: ReceiverUnderTest;
}

/** A tenant with a subscription to users, and the receiver of what it tells. */
async function subscribed(
  notifications: TenantOptions['notifications'],
  act: (both: Both) => Promise<void>,
): Promise<void> {
  const receiver = await receiverUnderTest();
  const under = await tenantUnderTest({
    seed: { users: 100, groups: 1, memberships: 1 },
    limits: null,
    callbackCa: receiver.caPem,
    notifications: { batchSeconds: 0.01, ...notifications },
  });
  try {
    await under.graph.api('/subscriptions').post({
      changeType: 'updated,deleted',
      notificationUrl: receiver.url('/'),
      resource: 'users',
      expirationDateTime: new Date(Date.now() + 48 * 3_600_000).toISOString(),
    });
    await act({ under, receiver });
  } finally {
    await under.tenant.close();
    await receiver.close();
  }
}

const stats = async (under: TenantUnderTest) =>
  (await under.control('GET stats')).notifications as Readonly<Record<string, unknown>>;

let changes = 0;

async function change(under: TenantUnderTest): Promise<void> {
  changes += 1;
  const userPrincipalName = `no.${String(changes)}@haldenworks.example`;
  await under.control('POST users', { userPrincipalName });
}

/** One after the other, each in a request of its own. */
async function tell({ under }: Both, number: number): Promise<void> {
  for (let count = 0; count < number; count += 1) {
    const before = Number((await stats(under)).posts);
    await change(under);
    await expect.poll(async () => (await stats(under)).posts, { interval: 2 }).toBe(before + 1);
    await answered(under);
  }
}

const answered = (under: TenantUnderTest) =>
  expect
    .poll(
      async () => {
        const { answers, posts } = await stats(under);
        return sum(answers as Record<string, number>) === posts;
      },
      { interval: 2 },
    )
    .toBe(true);

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

const JUDGING = { judgedAnswers: 10, slowAnswerSeconds: 0.25, dropAnswerSeconds: 0.25 };

describe('a receiver that is slow', () => {
  it('is told 10 minutes late, for 10 minutes', () =>
    subscribed(JUDGING, async (both) => {
      const { under, receiver } = both;
      receiver.reply = () => ({ afterMs: receiver.posts.length === 3 ? 300 : 0 });
      await tell(both, 10);
      await change(under);
      await under.control('POST clock', { advanceSeconds: 1 });
      await expect.poll(() => stats(under)).toMatchObject({ posts: 10, waiting: 1 });
      await under.control('POST clock', { advanceSeconds: 600 });
      await receiver.received(11);
      await tell(both, 1);
      expect(await stats(under)).toMatchObject({ delivered: 12, dropped: 0, waiting: 0 });
      expect(Number((await stats(under)).slowestMs)).toBeGreaterThanOrEqual(299);
    }));

  it('is told nothing for 10 minutes where it is slower', () =>
    subscribed(JUDGING, async (both) => {
      const { under, receiver } = both;
      receiver.reply = () => ({ afterMs: receiver.posts.length % 5 === 3 ? 300 : 0 });
      await tell(both, 10);
      await change(under);
      await expect.poll(() => stats(under)).toMatchObject({ dropped: 1, waiting: 0 });
      await under.control('POST clock', { advanceSeconds: 601 });
      await tell(both, 1);
      expect(await stats(under)).toMatchObject({ delivered: 11, dropped: 1 });
    }));

  it('is told again what it did not answer in time', () =>
    subscribed({ answerSeconds: 0.05, retrySeconds: 0.02 }, async ({ under, receiver }) => {
      receiver.reply = () => ({ afterMs: 150 });
      await change(under);
      // The second attempt may take longer.
      await expect.poll(() => stats(under)).toMatchObject({ delivered: 1, retries: 1 });
      expect(await stats(under)).toMatchObject({ answers: { timeout: 1, 200: 1 } });
    }));
});

describe('a storm', () => {
  it('of changes is told in batches, a few at a time', () =>
    subscribed({}, async ({ under, receiver }) => {
      let open = 0;
      let most = 0;
      receiver.reply = () => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
        }, 5);
        return { afterMs: 5 };
      };
      await storm(under, 2000);
      await receiver.received(2000);
      expect(receiver.posts.length).toBeLessThan(200);
      expect(most).toBeLessThanOrEqual(4);
    }));

  it('that nobody listens to is dropped where it is too long', () =>
    subscribed({ mostWaiting: 150, retrySeconds: 60 }, async ({ under, receiver }) => {
      receiver.reply = () => ({ status: 503 });
      await storm(under, 400);
      expect(await stats(under)).toMatchObject({ matched: 400, waiting: 150, dropped: 250 });
    }));
});

/** Changes by way of batches: each user in turn, over and over. */
async function storm(under: TenantUnderTest, number: number): Promise<void> {
  const select = 'id,onPremisesSyncEnabled';
  const { value } = await under.graph.api('/users').top(100).select(select).get();
  const cloud = value.filter(
    (user: { onPremisesSyncEnabled?: true }) => !user.onPremisesSyncEnabled,
  );
  const headers = { 'Content-Type': 'application/json' };
  for (let first = 0; first < number; first += 20) {
    const requests = Array.from({ length: 20 }, (_, place) => ({
      id: String(place),
      method: 'PATCH',
      url: `/users/${cloud[(first + place) % cloud.length].id}`,
      headers,
      body: { city: `Town ${String(first)}` },
    }));
    await under.raw('/$batch', { method: 'POST', body: JSON.stringify({ requests }), headers });
  }
}

describe('the end of the tenant', () => {
  it('cuts open callbacks, pauses and validations', async () => {
    const receiver = await receiverUnderTest();
    const under = await tenantUnderTest({
      callbackCa: receiver.caPem,
      notifications: { batchSeconds: 0, retrySeconds: 0.01 },
    });
    receiver.agree = (text) => ({ text, afterMs: receiver.validations.length > 1 ? 60_000 : 0 });
    receiver.reply = () => ({ afterMs: receiver.posts.length > 1 ? 60_000 : 0, status: 500 });
    const wanted = (resource: string) =>
      under.graph.api('/subscriptions').post({
        changeType: 'updated',
        notificationUrl: receiver.url('/'),
        resource,
        expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      });
    await wanted('users');
    const hanging = wanted('groups').catch(() => 'cut');
    await change(under);
    await receiver.received(2);
    const startedAt = performance.now();
    await under.tenant.close();
    // Had it waited for what hangs, that were a minute.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await hanging).toBe('cut');
    await receiver.close();
  });
});
