import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { deliverAlerts } from '../../../../lib/flows/upkeep/deliver-alerts.ts';
import { raise } from '../../../../lib/flows/upkeep/raise.ts';
import type { MailMessage, WebhookMessage } from '../../../../lib/ports/channels.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';
import { openAlerts } from '../../../../lib/state/alerts.ts';
import type { Alert } from '../../../../lib/sync/alerts/alert.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

const START = Date.UTC(2026, 1, 1);
const MINUTE = 60_000;
const guid = '11111111-2222-4333-8444-555555555555';
const connection: StoredConnection = {
  id: 'c-1',
  name: 'Contoso',
  enabled: true,
  entra: {
    tenantId: guid,
    clientId: guid,
    credentials: [{ id: 'a', kind: 'secret', clientId: guid, secretName: 's', expiresAt: null }],
  },
  app: { kind: 'hosted' },
  alerts: {
    recipients: ['ada@contoso.example', 'bob@contoso.example'],
    webhook: { url: 'https://hooks.example/in', secretName: 'w' },
  },
  settingsVersion: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: '1',
};
const held: Alert = {
  kind: 'removals-held',
  at: START,
  subject: 'r-1',
  runId: 'r-1',
  audience: 'all',
  counts: { users: 12 },
};

async function openWorld() {
  const tables = new MemoryTables();
  await tables.ensure(['alerts']);
  const alerts = openAlerts(tables.table('alerts'));
  const world = {
    now: START,
    alerts,
    mails: [] as MailMessage[],
    posts: [] as WebhookMessage[],
    sent: [] as Outgoing[],
    logged: [] as unknown[],
    /** Errors of the next calls. */
    troubles: [] as (AppError | undefined)[],
  };
  const trouble = () => {
    const error = world.troubles.shift();
    if (error) throw error;
  };
  const note = (...args: unknown[]) => void world.logged.push(args);
  const needs = {
    alerts,
    clock: { now: () => world.now },
    log: { info: note, warn: note, error: note },
    bus: {
      send: async (_: string, messages: readonly Outgoing[]) => void world.sent.push(...messages),
      collectDeadLetters: async () => 0,
    },
    secrets: { get: async () => 'whsec_x', set: async () => {}, remove: async () => {} },
    mail: {
      send: async (message: MailMessage) => {
        trouble();
        world.mails.push(message);
      },
    },
    webhooks: {
      post: async (message: WebhookMessage) => {
        trouble();
        world.posts.push(message);
      },
    },
  };
  return { world, needs };
}

let world: Awaited<ReturnType<typeof openWorld>>['world'];
let needs: Awaited<ReturnType<typeof openWorld>>['needs'];
beforeEach(async () => {
  ({ world, needs } = await openWorld());
});

it('tells each recipient once, however often it is raised and delivered', async () => {
  for (let n = 0; n < 3; n += 1) {
    await raise(needs, 'c-1', held);
    await deliverAlerts(needs, connection);
  }
  expect(world.mails.map(({ to }) => to)).toEqual(connection.alerts?.recipients);
  expect(world.posts).toHaveLength(1);
  expect(world.sent.map(({ body }) => body)).toEqual([
    { v: 1, connectionId: 'c-1', reason: 'alert' },
  ]);
});

it('holds counts, ids and what to do, and nobody’s name', async () => {
  await raise(needs, 'c-1', held);
  await deliverAlerts(needs, connection);
  expect(world.mails[0]?.subject).toBe('[Tandem] c-1: Removals wait for your approval');
  expect(world.mails[0]?.text).toContain('Run r-1. users: 12.');
  expect(world.mails[0]?.text).not.toContain('Contoso');
  expect(JSON.parse(world.posts[0]?.body ?? '')).toMatchObject({
    type: 'alert.removals-held',
    timestamp: '2026-02-01T00:00:00.000Z',
    data: { connectionId: 'c-1', runId: 'r-1', counts: { users: 12 } },
  });
  expect(world.posts[0]?.id).toMatch(/^c-1_\d{13}_removals-held_r-1$/);
});

it('tries those again who were not reached, after pauses, and nobody else', async () => {
  await raise(needs, 'c-1', held);
  world.troubles = [undefined, new AppError('unavailable', 'no'), undefined];
  await deliverAlerts(needs, connection);
  expect([world.mails.length, world.posts.length]).toEqual([1, 1]);
  expect(world.sent.at(-1)?.delaySeconds).toBe(30);
  const count = world.sent.length;
  // Too early: nobody is told, and no further message is sent.
  await deliverAlerts(needs, connection);
  expect([world.mails.length, world.sent.length]).toEqual([1, count]);
  world.now += MINUTE / 2;
  await deliverAlerts(needs, connection);
  expect(world.mails.map(({ to }) => to)).toEqual(connection.alerts?.recipients);
  expect([world.posts.length, world.sent.length]).toEqual([1, count]);
  expect(JSON.stringify(world.logged)).not.toContain('contoso.example');
});

it('gives up what is refused for good at once, and the rest after six more tries', async () => {
  await raise(needs, 'c-1', held);
  world.troubles = [new AppError('bad-request', 'nobody of that name')];
  await deliverAlerts(needs, connection);
  expect([world.mails.length, (await world.alerts.open('c-1')).length]).toEqual([1, 0]);
  await raise(needs, 'c-1', { ...held, subject: 'r-2' });
  const all = () => Array.from({ length: 3 }, () => new AppError('unavailable', 'no'));
  for (let tries = 0; tries < 7; tries += 1) {
    expect((await world.alerts.open('c-1')).length).toBe(1);
    world.troubles = all();
    await deliverAlerts(needs, connection);
    world.now += 25 * 60 * MINUTE;
  }
  expect((await world.alerts.open('c-1')).length).toBe(0);
  // It stays in the inbox.
  expect(await world.alerts.list('c-1', { size: 10 })).toHaveLength(2);
});

it('what is for its starter alone goes to the inbox, and nowhere else', async () => {
  await raise(needs, 'c-1', { ...held, kind: 'run-done', audience: 'starter', to: 'me' });
  await deliverAlerts(needs, connection);
  expect([world.mails.length, world.posts.length, world.sent.length]).toEqual([0, 0, 0]);
  expect(await world.alerts.list('c-1', { size: 10 })).toHaveLength(1);
});

it('a connection that tells nobody leaves nothing to be told', async () => {
  const { alerts: _, ...silent } = connection;
  await raise(needs, 'c-1', held);
  await deliverAlerts(needs, silent);
  expect((await world.alerts.open('c-1')).length).toBe(0);
});

it('alerts are listed newest first, read by each for themselves, and go after a time', async () => {
  for (const minute of [1, 2, 3])
    await raise(needs, 'c-1', { ...held, at: START + minute * MINUTE });
  const [newest, ...others] = await world.alerts.list('c-1', { size: 2 });
  expect(newest?.at).toBe(START + 3 * MINUTE);
  const [last] = await world.alerts.list('c-1', { size: 2, after: others[0]?.place ?? '' });
  expect(last?.at).toBe(START + MINUTE);
  const places = [newest?.place ?? '', last?.place ?? ''];
  await world.alerts.setRead('c-1', 'me', places.slice(0, 1), true);
  expect([...(await world.alerts.readBy('c-1', 'me', places))]).toEqual(places.slice(0, 1));
  expect((await world.alerts.readBy('c-1', 'you', places)).size).toBe(0);
  await world.alerts.setRead('c-1', 'me', places, false);
  expect((await world.alerts.readBy('c-1', 'me', places)).size).toBe(0);
  await world.alerts.expire('c-1', START + 3 * MINUTE);
  expect(await world.alerts.list('c-1', { size: 10 })).toHaveLength(1);
  expect(await world.alerts.open('c-1')).toHaveLength(1);
});
