import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NotifiedTenant, notifiedTenant } from './notified-tenant.ts';

let notified: NotifiedTenant;
beforeAll(async () => {
  notified = await notifiedTenant({
    // One request at a time, because otherwise they may overtake each other.
    notifications: { batchSeconds: 0.05, parallelPosts: 1, retrySeconds: 10 },
  });
});
afterAll(() => notified.close());
beforeEach(() => notified.clear());

describe('lifecycle notifications', () => {
  it.each(['reauthorizationRequired', 'missed', 'subscriptionRemoved'])(
    'tell %s by control',
    async (event) => {
      const lifecycleNotificationUrl = notified.receiver.url('/life');
      const { id, expirationDateTime } = await notified.subscribe({ lifecycleNotificationUrl });
      await notified.under.control(`POST subscriptions/${id}/lifecycle`, { event });
      const [item] = await notified.receiver.received(1);
      expect(notified.receiver.posts[0]?.target).toBe('/life');
      expect(item).toEqual({
        lifecycleEvent: event,
        subscriptionId: id,
        subscriptionExpirationDateTime: expirationDateTime.replace('Z', '0000+00:00'),
        clientState: 'between us',
        tenantId: notified.under.tenant.tenantId,
      });
      expect(await notified.stats()).toMatchObject({
        lifecycle: 1,
        subscriptions: event === 'subscriptionRemoved' ? 0 : 1,
      });
    },
  );

  it('cannot be told where nobody asked for them', async () => {
    const { id } = await notified.subscribe();
    const asked = notified.under.control(`POST subscriptions/${id}/lifecycle`, { event: 'missed' });
    await expect(asked).rejects.toThrow(/409/);
  });

  it('ask for authorization before the token ends, and again, until it is given', async () => {
    const lifecycleNotificationUrl = notified.receiver.url('/life');
    const { id } = await notified.subscribe({ lifecycleNotificationUrl });
    await notified.leap(44 * 60);
    await notified.made('users', 'Hugo');
    expect(
      (await notified.receiver.received(1)).map(({ lifecycleEvent }) => lifecycleEvent),
    ).toEqual([undefined]);
    await notified.leap(120);
    await notified.receiver.received(2);
    await notified.leap(900);
    const items = await notified.receiver.received(3);
    expect(items.slice(1).map(({ lifecycleEvent }) => lifecycleEvent)).toEqual([
      'reauthorizationRequired',
      'reauthorizationRequired',
    ]);
    // The token has ended by the tenant's clock: what happens now must wait.
    await notified.made('users', 'Ines');
    await notified.leap(1);
    await notified.under.graph.api(`/subscriptions/${id}/reauthorize`).post({});
    expect(notified.receiver.items()).toHaveLength(3);
    await notified.leap(20);
    expect((await notified.receiver.received(4)).at(-1)).toMatchObject({ changeType: 'updated' });
  });
});
