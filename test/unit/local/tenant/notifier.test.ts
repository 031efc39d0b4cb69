import { afterEach, describe, expect, it } from 'vitest';
import { Alarms } from '../../../../local/tenant/alarms.ts';
import { Directory } from '../../../../local/tenant/directory/directory.ts';
import { randomFrom } from '../../../../local/tenant/random.ts';
import { Strikes } from '../../../../local/tenant/strikes.ts';
import { CallbackStats } from '../../../../local/tenant/subscriptions/callback-stats.ts';
import type { CallbackAnswer } from '../../../../local/tenant/subscriptions/callbacks.ts';
import { notificationOptionsSchema } from '../../../../local/tenant/subscriptions/notification-options.ts';
import { Notifier } from '../../../../local/tenant/subscriptions/notifier.ts';
import type { Subscription } from '../../../../local/tenant/subscriptions/subscription.ts';
import { SubscriptionBook } from '../../../../local/tenant/subscriptions/subscription-book.ts';

const NOW = 1_790_000_000_000;

const accepted: CallbackAnswer = { outcome: 202, milliseconds: 5, contentType: '', text: '' };

let alarms: Alarms;
afterEach(() => alarms.close());

/** A directory whose changes are told to one subscription; `post` stands for its receiver. */
function underTest(post: (text: string) => Promise<CallbackAnswer>, options: object = {}) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const random = randomFrom(7);
  const book = new SubscriptionBook(now);
  const stats = new CallbackStats();
  const faults = new Strikes(random);
  alarms = new Alarms(now);
  const notifier = new Notifier({
    tenantId: random.guid(),
    now,
    alarms,
    stats,
    book,
    faults,
    settings: notificationOptionsSchema.parse(options),
    callbacks: { post: ({ text }) => post(text) },
  });
  const directory = new Directory({
    now,
    lagSeconds: () => 0,
    newId: () => random.guid(),
    changed: (change) => notifier.changed(change),
  });
  const leap = (seconds: number) => {
    clock.now += seconds * 1000;
    alarms.ring();
  };
  return { directory, notifier, stats, faults, leap, book, newId: () => random.guid() };
}

function subscription(id: string): Subscription {
  return {
    id,
    appId: 'app',
    resource: 'users',
    watched: { kind: 'user', key: 'users' },
    changeType: 'updated,deleted',
    changeTypes: new Set(['updated', 'deleted']),
    clientState: null,
    lifecycleNotificationUrl: null,
    latestSupportedTlsVersion: 'v1_2',
    notificationUrl: 'https://localhost/',
    expiresAt: NOW + 86_400_000,
    authorizedUntil: NOW + 3_600_000,
  };
}

describe('10,000 changes', () => {
  it('are sent by the hundred, four requests at a time', async () => {
    let open = 0;
    let most = 0;
    const texts: string[] = [];
    const { directory, notifier, stats, book, newId, leap } = underTest(async (text) => {
      texts.push(text);
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return accepted;
    });
    book.add(subscription(newId()));
    for (let count = 0; count < 10_000; count += 1) directory.create('user', { city: 'Cork' });
    expect(notifier.waiting).toBe(10_000);
    leap(1);
    await expect.poll(() => notifier.waiting).toBe(0);
    expect([texts.length, most]).toEqual([100, 4]);
    expect(stats.report()).toMatchObject({ matched: 10_000, posted: 10_000, delivered: 10_000 });
    const numbers = texts.flatMap((text) => text.match(/"sequenceNumber":\d{18}\b/g) ?? []);
    expect(new Set(numbers).size).toBe(10_000);
  });

  it('do not pile up where nobody answers', () => {
    const silent = new Promise<CallbackAnswer>(() => {});
    const { directory, notifier, stats, book, newId } = underTest(() => silent, {
      mostWaiting: 500,
    });
    book.add(subscription(newId()));
    for (let count = 0; count < 10_000; count += 1) directory.create('user', { city: 'Cork' });
    expect(notifier.waiting).toBe(500);
    expect(stats.report()).toMatchObject({ matched: 10_000, dropped: 9500, posts: 4 });
  });

  it.each(['slowNotifications', 'duplicateNotifications', 'reorderedNotifications'] as const)(
    'all come in spite of %s',
    async (kind) => {
      let items = 0;
      const { directory, notifier, faults, book, newId, leap } = underTest(async (text) => {
        items += text.match(/"subscriptionId"/g)?.length ?? 0;
        return accepted;
      });
      faults.add([kind === 'slowNotifications' ? { kind, seconds: 60 } : { kind }]);
      book.add(subscription(newId()));
      for (let count = 0; count < 5000; count += 1) directory.create('user', { city: 'Cork' });
      for (let step = 0; step < 20; step += 1) {
        leap(5);
        await Promise.resolve();
      }
      await expect.poll(() => notifier.waiting).toBe(0);
      expect(items).toBe(kind === 'duplicateNotifications' ? 10_000 : 5000);
    },
  );

  it('cost nothing where nobody has subscribed', () => {
    const { directory, notifier, stats } = underTest(async () => accepted);
    for (let count = 0; count < 10_000; count += 1) directory.create('user', { city: 'Cork' });
    expect([notifier.waiting, stats.report().matched]).toEqual([0, 0]);
  });
});
