import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NotifiedTenant, notifiedTenant } from './notified-tenant.ts';
import type { Item } from './receiver-under-test.ts';

let notified: NotifiedTenant;
beforeAll(async () => {
  notified = await notifiedTenant({
    // One request at a time, because otherwise they may overtake each other.
    notifications: { batchSeconds: 0.05, parallelPosts: 1, retrySeconds: 10 },
  });
});
afterAll(() => notified.close());
beforeEach(() => notified.clear());

const told = (item: Item): string => `${String(item.changeType)} ${String(item.resource)}`;

describe('requests', () => {
  it('carry items of several subscriptions, each address its own', async () => {
    const [boss, report] = [
      await notified.made('users', 'Dana'),
      await notified.made('users', 'Dora'),
    ];
    const group = await notified.made('groups', 'Dancers');
    await notified.under.control(`PATCH users/${report}`, { manager: boss });
    await notified.under.control(`POST groups/${group}/members`, { id: boss });
    await notified.subscribe();
    await notified.subscribe({ resource: 'groups' });
    const notificationUrl = notified.receiver.url('/other?q=1');
    await notified.subscribe({ changeType: 'updated', notificationUrl });
    // All at once: who is gone leaves the group and those who reported to it.
    await notified.under.control(`DELETE users/${boss}?hard=true`);
    await notified.receiver.received(4);
    const posts = notified.receiver.posts.map(({ target, items }) => [target, items.map(told)]);
    expect(Object.fromEntries(posts)).toEqual({
      '/changes': [`updated Groups/${group}`, `updated Users/${report}`, `deleted Users/${boss}`],
      '/other?q=1': [`updated Users/${report}`],
    });
    await expect
      .poll(() => notified.stats())
      .toMatchObject({
        matched: 4,
        posted: 4,
        delivered: 4,
        posts: 2,
        retries: 0,
        waiting: 0,
        subscriptions: 3,
        answers: { 202: 2 },
      });
  });

  it.each([500, 404, 302])('are sent again after %i, with growing pauses', async (status) => {
    notified.receiver.reply = () => ({ status: notified.receiver.posts.length < 4 ? status : 204 });
    await notified.subscribe();
    await notified.made('users', 'Eve');
    await notified.receiver.received(1);
    for (const [attempts, pause] of [10, 20, 40].entries()) {
      await expect
        .poll(async () => (await notified.stats()).answers)
        .toEqual({ [status]: attempts + 1 });
      await notified.leap(pause * 0.8);
      expect(notified.receiver.posts).toHaveLength(attempts + 1);
      await notified.leap(pause * 0.2);
      await notified.receiver.received(attempts + 2);
    }
    await expect
      .poll(() => notified.stats())
      .toMatchObject({ delivered: 1, posted: 1, posts: 4, retries: 3 });
    expect(new Set(notified.receiver.posts.map(({ text }) => text)).size).toBe(1);
  });

  it('are given up after 4 hours', async () => {
    notified.receiver.reply = () => ({ status: 503 });
    await notified.subscribe();
    await notified.made('users', 'Finn');
    await notified.receiver.received(1);
    for (let pause = 0; pause < 20 && (await notified.stats()).failed === 0; pause += 1) {
      const before = notified.receiver.posts.length;
      await notified.leap(1800);
      await expect
        .poll(
          async () =>
            notified.receiver.posts.length > before || (await notified.stats()).failed === 1,
        )
        .toBe(true);
      await expect
        .poll(async () => (await notified.stats()).answers)
        .toEqual({ 503: notified.receiver.posts.length });
    }
    expect(await notified.stats()).toMatchObject({ failed: 1, delivered: 0, waiting: 0 });
    expect(notified.receiver.posts.length).toBeGreaterThan(7);
  });

  it('are not sent for a subscription that has ended', async () => {
    notified.receiver.reply = () => ({ status: 503 });
    const { id } = await notified.subscribe();
    await notified.made('users', 'Gwen');
    await notified.receiver.received(1);
    await expect.poll(async () => (await notified.stats()).answers).toEqual({ 503: 1 });
    await notified.under.control(`DELETE subscriptions/${id}`);
    await notified.leap(10);
    expect(await notified.stats()).toMatchObject({ dropped: 1, posts: 1, waiting: 0 });
  });
});

describe('deliveries go wrong', () => {
  const storm = async (number: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let count = 0; count < number; count += 1) ids.push(await notified.made('users', 'Storm'));
    return ids;
  };
  const ids = (items: readonly Item[]) => items.map(({ resourceData }) => resourceData?.id);

  it('some are lost', async () => {
    await notified.subscribe();
    await notified.under.control('POST faults', [
      { kind: 'lostNotifications', after: 1, count: 2 },
    ]);
    const [first, , , last] = await storm(4);
    expect(ids(await notified.receiver.received(2))).toEqual([first, last]);
    expect(await notified.stats()).toMatchObject({ matched: 4, lost: 2, posted: 2 });
  });

  it('some come twice, in another request', async () => {
    await notified.subscribe();
    await notified.under.control('POST faults', [{ kind: 'duplicateNotifications', count: 1 }]);
    const [only] = await storm(1);
    expect(ids(await notified.receiver.received(2))).toEqual([only, only]);
    expect(notified.receiver.posts).toHaveLength(2);
  });

  it('some are overtaken', async () => {
    await notified.subscribe();
    await notified.under.control('POST faults', [{ kind: 'reorderedNotifications', count: 1 }]);
    const [first, second] = await storm(2);
    expect(ids(await notified.receiver.received(2))).toEqual([second, first]);
  });

  it('what nothing overtakes comes by itself', async () => {
    await notified.subscribe();
    await notified.under.control('POST faults', [{ kind: 'reorderedNotifications' }]);
    const [first] = await storm(1);
    await notified.leap(6);
    expect(ids(await notified.receiver.received(1))).toEqual([first]);
  });

  it('some are slow, where the route says so', async () => {
    await notified.subscribe();
    await notified.subscribe({ resource: 'groups' });
    await notified.under.control('POST faults', [
      { kind: 'slowNotifications', route: 'users', seconds: 300 },
    ]);
    const [late] = await storm(1);
    const group = await notified.made('groups', 'Prompt');
    expect(ids(await notified.receiver.received(1))).toEqual([group]);
    await notified.leap(301);
    expect(ids(await notified.receiver.received(2))).toEqual([group, late]);
  });
});
