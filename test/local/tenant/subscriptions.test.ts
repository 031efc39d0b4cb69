import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NotifiedTenant, notifiedTenant, type Shown } from './notified-tenant.ts';
import { refusal } from './tenant-under-test.ts';

const READER = 'b0000000-0000-4000-8000-000000000001';
const OTHER = 'b0000000-0000-4000-8000-000000000002';
const WRITER = 'b0000000-0000-4000-8000-000000000003';

let notified: NotifiedTenant;
beforeAll(async () => {
  notified = await notifiedTenant({
    notifications: { handshakeSeconds: 0.2, subscriptionsPerApp: 3 },
    apps: {
      [READER]: ['User.Read.All', 'Group.Read.All'],
      [OTHER]: ['User.Read.All'],
      [WRITER]: ['User.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
    },
  });
});
afterAll(() => notified.close());
beforeEach(() => notified.clear());

const subscribe = (changes: object = {}, app = READER): Promise<Shown> =>
  notified.subscribe(changes, app);

const of = (id: string) => notified.under.graphAs(READER).api(`/subscriptions/${id}`);

describe('a new subscription', () => {
  it('is shown as it was asked for', async () => {
    const made = await subscribe({
      resource: '/users',
      lifecycleNotificationUrl: notified.receiver.url('/life'),
    });
    expect(made).toMatchObject({
      resource: '/users',
      applicationId: READER,
      changeType: 'updated,deleted',
      clientState: 'between us',
      notificationUrl: notified.receiver.url('/changes'),
      lifecycleNotificationUrl: notified.receiver.url('/life'),
      latestSupportedTlsVersion: 'v1_2',
      expirationDateTime: expect.stringMatching(/Z$/),
    });
    expect(await of(made.id).get()).toEqual(made);
  });

  it.each([
    'users',
    'groups',
    '/groups',
    'users/{user}',
    'groups/{group}',
    'groups/{group}/members',
  ])('can watch %s', async (resource) => {
    const { users, groups } = await someIds();
    const path = resource.replace('{user}', users).replace('{group}', groups);
    expect(await subscribe({ resource: path, changeType: 'updated' })).toMatchObject({
      resource: path,
    });
  });

  it.each<[string, object]>([
    ['no changeType', { changeType: undefined }],
    ['created alone', { changeType: 'created' }],
    ['an unknown changeType', { changeType: 'updated,moved' }],
    ['no address', { notificationUrl: undefined }],
    ['an address without TLS', { notificationUrl: 'http://localhost/changes' }],
    ['no address at all', { notificationUrl: 'nowhere' }],
    ['no resource', { resource: undefined }],
    ['a resource that is not watched here', { resource: 'me/messages' }],
    ['members of all groups', { resource: 'groups/members' }],
    ['no expiry', { expirationDateTime: undefined }],
    ['an expiry without a zone', { expirationDateTime: '2031-01-01T00:00:00' }],
    ['an expiry that is over', { expirationDateTime: '2021-01-01T00:00:00Z' }],
    ['a long clientState', { clientState: 'x'.repeat(129) }],
    ['resource data', { includeResourceData: true }],
    ['members of other receivers', { vapidPublicKey: 'x' }],
  ])('is refused with %s', async (_name, changes) => {
    const error = await refusal(subscribe(changes));
    const isMissing = 'resource' in changes && changes.resource === 'groups/members';
    expect(error).toMatchObject(
      isMissing
        ? { statusCode: 404, code: 'Request_ResourceNotFound' }
        : { statusCode: 400, code: 'InvalidRequest' },
    );
    expect(notified.receiver.validations).toEqual([]);
  });

  it.each<[string, number, number | undefined]>([
    ['44 minutes become 45', 44, 45],
    ['45 minutes stay', 45, 45],
    ['29 days are allowed', 41_759, 41_759],
    ['more is refused', 41_762, undefined],
  ])('lives as long as it may: %s', async (_name, minutes, expected) => {
    const asked = { expirationDateTime: await notified.inMinutes(minutes) };
    if (expected === undefined) {
      const error = await refusal(subscribe(asked));
      expect(error).toMatchObject({ statusCode: 400, code: 'InvalidRequest' });
      expect(error.message).toContain('41760 minutes');
      return;
    }
    const made = await subscribe(asked);
    const ends = Date.parse(await notified.inMinutes(expected));
    expect(Math.abs(Date.parse(made.expirationDateTime) - ends)).toBeLessThan(5000);
  });

  it.each<[string, string, string, number | undefined]>([
    ['users may be watched by who reads users', OTHER, 'users', undefined],
    ['groups may not', OTHER, 'groups', 403],
    ['writing users is not enough', WRITER, 'users', 403],
    ['writing groups is not enough', WRITER, 'groups', 403],
  ])('needs the permission to read: %s', async (_name, app, resource, status) => {
    const made = subscribe({ resource }, app);
    if (status === undefined) expect(await made).toMatchObject({ resource });
    else expect((await refusal(made)).statusCode).toBe(status);
  });
});

async function someIds(): Promise<{ users: string; groups: string }> {
  const [user, group] = await Promise.all(
    ['/users', '/groups'].map((path) => notified.under.graph.api(path).top(1).get()),
  );
  return { users: user.value[0].id, groups: group.value[0].id };
}

describe('how many there can be', () => {
  it('is one of a kind for an application', async () => {
    const { id } = await subscribe();
    const twin = await refusal(subscribe({ resource: '/Users', changeType: 'deleted,updated' }));
    expect(twin).toMatchObject({ statusCode: 409 });
    expect(twin.message).toContain(id);
    await subscribe({ changeType: 'updated' });
    await subscribe({}, OTHER);
  });

  it('is one of a kind even if two are asked for at once', async () => {
    notified.receiver.agree = (token) => ({ text: token, afterMs: 50 });
    const both = await Promise.allSettled([subscribe(), subscribe()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await notified.listed()).toHaveLength(1);
  });

  it('has a limit for an application', async () => {
    for (const changeType of ['updated', 'deleted', 'updated,deleted'])
      await subscribe({ changeType });
    const error = await refusal(subscribe({ resource: 'groups' }));
    expect(error).toMatchObject({ statusCode: 403 });
    expect(error.message).toContain('3 subscriptions');
    await subscribe({}, OTHER);
  });
});

describe('the handshake', () => {
  it('asks both addresses and keeps their queries', async () => {
    const notificationUrl = notified.receiver.url('/changes?code=a%20b&x=1');
    await subscribe({
      notificationUrl,
      lifecycleNotificationUrl: notified.receiver.url('/changes'),
    });
    const targets = notified.receiver.validations.map(({ target }) => target).sort();
    expect(targets).toEqual([
      expect.stringMatching(/^\/changes\?code=a%20b&x=1&validationToken=[^& ]+$/),
      expect.stringMatching(/^\/changes\?validationToken=[^& ]+$/),
    ]);
    expect(notified.receiver.validations[0]).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
      text: '',
    });
  });

  it.each<[string, (token: string) => { [name: string]: unknown }]>([
    ['another status', (token) => ({ text: token, status: 202 })],
    ['another type', (token) => ({ text: token, contentType: 'application/json' })],
    ['another text', (token) => ({ text: `${token}!` })],
    ['the token still encoded', (token) => ({ text: encodeURIComponent(token) })],
    ['no answer in time', (token) => ({ text: token, afterMs: 400 })],
  ])('fails on %s', async (_name, agree) => {
    notified.receiver.agree = agree;
    expect(await refusal(subscribe())).toMatchObject({
      statusCode: 400,
      code: 'InvalidRequest',
      message:
        'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
    });
    expect(await notified.listed()).toEqual([]);
  });

  it('fails if only the lifecycle address does not answer', async () => {
    notified.receiver.agree = (token, { target }) => ({
      text: target.startsWith('/life') ? '' : token,
    });
    const asked = subscribe({ lifecycleNotificationUrl: notified.receiver.url('/life') });
    expect((await refusal(asked)).statusCode).toBe(400);
  });

  it('fails where nobody listens, or a stranger does', async () => {
    const nowhere = await refusal(subscribe({ notificationUrl: 'https://127.0.0.1:9/' }));
    // The tenant's own certificate is of another authority.
    const stranger = await refusal(
      subscribe({ notificationUrl: `${notified.under.tenant.baseUrl}/x` }),
    );
    expect([nowhere.statusCode, stranger.statusCode]).toEqual([400, 400]);
  });
});
