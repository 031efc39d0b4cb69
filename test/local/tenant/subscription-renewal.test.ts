import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NotifiedTenant, notifiedTenant, type Shown } from './notified-tenant.ts';
import { refusal } from './tenant-under-test.ts';

const READER = 'b0000000-0000-4000-8000-000000000001';
const OTHER = 'b0000000-0000-4000-8000-000000000002';

let notified: NotifiedTenant;
beforeAll(async () => {
  notified = await notifiedTenant({
    apps: {
      [READER]: ['User.Read.All', 'Group.Read.All'],
      [OTHER]: ['User.Read.All'],
    },
  });
});
afterAll(() => notified.close());
beforeEach(() => notified.clear());

const subscribe = (changes: object = {}, app = READER): Promise<Shown> =>
  notified.subscribe(changes, app);

const of = (id: string, app = READER) => notified.under.graphAs(app).api(`/subscriptions/${id}`);

describe('a subscription later on', () => {
  it('is listed to its application only', async () => {
    const { id } = await subscribe();
    await subscribe({}, OTHER);
    const list = await notified.under.graphAs(READER).api('/subscriptions').get();
    expect(list.value.map((each: Shown) => each.id)).toEqual([id]);
    for (const attempt of [of(id, OTHER).get(), of(id, OTHER).delete()]) {
      expect((await refusal(attempt)).statusCode).toBe(404);
    }
  });

  it('can be renewed and sent elsewhere after a handshake', async () => {
    const { id } = await subscribe();
    const expirationDateTime = await notified.inMinutes(9000);
    const notificationUrl = notified.receiver.url('/elsewhere');
    notified.receiver.forget();
    const changed = await of(id).patch({ expirationDateTime, notificationUrl });
    expect(changed).toMatchObject({ id, expirationDateTime, notificationUrl });
    expect(notified.receiver.validations).toHaveLength(1);
    notified.receiver.agree = () => ({ text: 'no' });
    const refused = of(id).patch({ notificationUrl: notified.receiver.url('/nowhere') });
    expect((await refusal(refused)).statusCode).toBe(400);
    expect(await of(id).get()).toMatchObject({ notificationUrl });
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['the lifecycle address', { lifecycleNotificationUrl: 'https://localhost/' }],
    ['the resource', { resource: 'groups' }],
    ['the end, too far away', { expirationDateTime: '2099-01-01T00:00:00Z' }],
  ])('refuses to change %s', async (_name, change) => {
    const { id } = await subscribe();
    expect(await refusal(of(id).patch(change))).toMatchObject({ statusCode: 400 });
  });

  it('is gone after its end, after deletion, and by control', async () => {
    const [deleted, lost, expired] = [
      await subscribe(),
      await subscribe({ changeType: 'updated' }),
      await subscribe({ changeType: 'deleted' }),
    ];
    await of(deleted.id).delete();
    await notified.under.control(`DELETE subscriptions/${lost.id}`);
    await notified.under.control('POST clock', { advanceSeconds: 48 * 3600 + 1 });
    for (const { id } of [deleted, lost, expired]) {
      const expirationDateTime = await notified.inMinutes(60);
      const attempts = [
        of(id).get(),
        of(id).patch({ expirationDateTime }),
        of(id).delete(),
        notified.under.graphAs(READER).api(`/subscriptions/${id}/reauthorize`).post({}),
      ];
      const refusals = await Promise.all(attempts.map(refusal));
      for (const { statusCode } of refusals) expect(statusCode).toBe(404);
    }
    expect(await notified.listed()).toEqual([]);
  });

  it('counts renewing in both ways within 10 minutes as a violation', async () => {
    const { id } = await subscribe();
    const renew = async () => of(id).patch({ expirationDateTime: await notified.inMinutes(100) });
    const reauthorize = () =>
      notified.under.graphAs(READER).api(`/subscriptions/${id}/reauthorize`).post({});
    const violations = async () => (await notified.stats()).violations;
    await renew();
    await renew();
    expect(await violations()).toBe(0);
    await reauthorize();
    expect(await violations()).toBe(1);
    await notified.under.control('POST clock', { advanceSeconds: 601 });
    await renew();
    expect(await violations()).toBe(1);
  });
});
