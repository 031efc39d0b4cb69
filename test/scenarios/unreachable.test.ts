import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ReceiverUnderTest, receiverUnderTest } from '../local/tenant/receiver-under-test.ts';
import { startWorld, type World } from './world.ts';

let receiver: ReceiverUnderTest;
let world: World;

// What Graph calls is not the app, but something before it that answers validations alone.
beforeAll(async () => {
  receiver = await receiverUnderTest();
  receiver.reply = () => ({ status: 500 });
  world = await startWorld({
    users: 20,
    groups: 4,
    memberships: 20,
    empty: true,
    own: { callbackCa: receiver.caPem, env: { PUBLIC_URL: receiver.url('') } },
  });
});
afterAll(async () => {
  await world?.stop();
  await receiver?.close();
});

const subscriptions = () => world.tenant.subscriptions();

/** Calls Graph as the same application, as another deployment of it would. */
async function askGraph(method: string, path: string, body?: unknown): Promise<unknown> {
  const { tenantUrl, tenantId, clientId, clientSecret } = world.azure;
  const signIn = await fetch(`${tenantUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const token = z.object({ access_token: z.string() }).parse(await signIn.json()).access_token;
  const answer = await fetch(`${tenantUrl}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

describe('another deployment of the same application', () => {
  it('keeps its subscription; here the polling goes on, and the status says why', async () => {
    const theirs = receiver.url('/elsewhere');
    const made = await askGraph('POST', '/subscriptions', {
      changeType: 'updated,deleted',
      resource: 'users',
      notificationUrl: theirs,
      expirationDateTime: new Date(Date.now() + 86_400_000).toISOString(),
      clientState: 'theirs',
    });
    const { id } = z.object({ id: z.string() }).parse(made);
    await world.switchSync(true);
    await world.runEnded();
    await world.until(async () => (await world.status()).notifications.code !== undefined);
    const { notifications } = await world.status();
    expect(notifications).toMatchObject({ on: false, code: 'conflict' });
    expect(notifications.why).toMatch(/^notifications off, polling .*, because /);
    await world.expectInStep();

    await world.azure.runTimer('subscriptions-timer');
    await world.switchSync(false);
    await world.until(async () => (await subscriptions()).length === 1);
    expect(await subscriptions()).toMatchObject([{ id, notificationUrl: theirs }]);
    await askGraph('DELETE', `/subscriptions/${id}`);
  });
});

describe('a webhook that answers 500 to everything', () => {
  it('costs the sync nothing: the poll timer brings every change', async () => {
    await world.switchSync(true);
    await world.until(async () => (await subscriptions()).length === 2);
    await world.runEnded();
    const user = await world.tenant.createUser({ displayName: 'Nobody Told' });
    const group = await world.tenant.createGroup({ displayName: 'Untold' });
    await world.tenant.addMembers(group.id, [user.id]);
    await world.until(async () => receiver.posts.length > 0);
    expect((await world.app.read()).users.has(user.id)).toBe(false);
    await world.azure.runTimer('poll-timer');
    await world.until(async () => (await world.app.read()).users.has(user.id));
    await world.runEnded();
    await world.expectInStep();
    expect((await world.status()).notifications.subscriptions).toMatchObject([
      { lastNotification: null },
      { lastNotification: null },
    ]);
  });

  it('is asked for nothing any more once the switch is off', async () => {
    await world.switchSync(false);
    await world.until(async () => (await subscriptions()).length === 0);
    expect(await world.secretNames('subscription-')).toEqual([]);
  });
});
