import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { there } from './connected.ts';
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
const sentNow = async () =>
  z.object({ polls: z.object({ sent: z.number() }) }).parse(await world.azure.busStats()).polls
    .sent;
const newUser = (displayName: string) => world.tenant.createUser({ displayName });

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

describe('nothing but a valid call', () => {
  it('leads to a message', async () => {
    const id = there([...(await users()).keys()][0]);
    const genuine = await webhook.item(id);
    const groups = await webhook.subscription('groups');
    const stranger = '0b7f0f0e-1111-4222-8333-444444444444';
    const before = await webhook.pollsSent();
    const forged = [
      { ...genuine, clientState: 'guessed' },
      { ...genuine, clientState: '' },
      { ...genuine, clientState: groups.clientState },
      { ...genuine, clientState: null },
      { ...genuine, subscriptionId: stranger },
      { ...genuine, subscriptionId: groups.id },
      { ...genuine, tenantId: stranger },
      { ...genuine, tenantId: undefined },
      { ...genuine, clientState: [genuine.clientState] },
      { ...genuine, clientState: 'x'.repeat(100_000) },
      'text',
      null,
      42,
    ];
    for (const item of forged) expect(await webhook.post([item])).toBe(202);
    expect(await webhook.post(forged)).toBe(202);
    expect(await webhook.post([])).toBe(202);
    expect(await webhook.post([genuine], stranger)).toBe(202);
    expect(await webhook.post([{ ...genuine, tenantId: stranger }], stranger)).toBe(202);
    expect(await webhook.post([genuine], 'no-tenant')).toBe(404);
    expect(await webhook.pollsSent()).toBe(before);
  });

  it('is read at all where it is too large, too deep or no JSON', async () => {
    const genuine = JSON.stringify(await webhook.item('x'));
    const before = await webhook.pollsSent();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const bodies: [string, number][] = [
      [`{"value":[${genuine}],"x":"${'x'.repeat(5 * 1024 * 1024)}"}`, 413],
      [`{"value":[${genuine}],"x":${deep}}`, 400],
      [`{"value":[${genuine}`, 400],
      [`{"value":${genuine}}`, 400],
      [`[${genuine}]`, 400],
      ['', 400],
    ];
    for (const [text, status] of bodies) {
      const answer = await webhook.send(text);
      expect(answer.status).toBe(status);
      expect(await answer.text()).not.toContain('clientState');
    }
    expect(await webhook.pollsSent()).toBe(before);
  });

  it('beside forged ones is served, and so is what Graph may add one day', async () => {
    const id = await unheard('Vera Valid');
    const genuine = await webhook.item(id, { newMember: { nested: [1] }, id: null });
    const before = await webhook.pollsSent();
    const text = JSON.stringify({ value: [null, { ...genuine, clientState: 'no' }, genuine] });
    // Larger than what a number of JavaScript keeps exactly.
    const big = text.replaceAll(
      '"organizationId"',
      '"sequenceNumber":637889918713062901,"organizationId"',
    );
    expect((await webhook.send(big)).status).toBe(202);
    await world.until(async () => (await users()).has(id));
    expect(await webhook.pollsSent()).toBeGreaterThan(before);
  });

  it('of many items about one connection leads to one message', async () => {
    const known = [...(await users()).keys()].slice(0, 20);
    const items = await Promise.all(known.map((id) => webhook.item(id)));
    const before = await webhook.pollsSent();
    const look = {
      kind: 'throttle',
      route: 'groups/delta',
      retryAfterSeconds: 2,
      count: 1,
    } as const;
    await world.tenant.faults(look);
    expect(await webhook.post([...items, ...items])).toBe(202);
    // While it looks, it has sent no message of its own yet; earlier ones may look again.
    expect(await sentNow()).toBeGreaterThan(before);
    expect(await sentNow()).toBeLessThan(before + 5);
  });
});

describe('a validation', () => {
  it('answers with the token, decoded, as text', async () => {
    const answer = await webhook.validate('Validation%3a+Testing+client+application');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('Validation: Testing client application');
  });

  it('reflects no markup, no control characters, nothing of great length', async () => {
    const tokens = [
      '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
      'a%0d%0aSet-Cookie%3a%20a%3db',
      'a%00b',
      'a%7fb',
      'x'.repeat(5_000),
      '',
    ];
    for (const token of tokens) {
      const answer = await webhook.validate(token);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await answer.text()).not.toMatch(/script|Set-Cookie|xxxx|a\\u0000b/);
    }
    const quoted = await webhook.validate('%22%27%26');
    expect(await quoted.text()).toBe('&quot;&#39;&amp;');
  });
});
