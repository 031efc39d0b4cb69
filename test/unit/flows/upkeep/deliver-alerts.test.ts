import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { deliverAlerts } from '../../../../lib/flows/upkeep/deliver-alerts.ts';
import { raise } from '../../../../lib/flows/upkeep/raise.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import { openAlerts } from '../../../../lib/state/alerts.ts';
import type { Alert } from '../../../../lib/sync/alerts/alert.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';
import { recordedChannels, SILENT, START } from './recorded-channels.ts';

const MINUTE = 60_000;
const connection: StoredConnection = {
  ...SILENT,
  alerts: {
    recipients: ['ada@contoso.example', 'bob@contoso.example'],
    webhook: { url: 'https://hooks.example/in', secretName: 'w' },
  },
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
  const { world, needs } = recordedChannels();
  return { world: Object.assign(world, { alerts }), needs: { ...needs, alerts } };
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
  world.mailTroubles.push(undefined, new AppError('unavailable', 'no'));
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
  world.mailTroubles.push(new AppError('bad-request', 'nobody of that name'));
  await deliverAlerts(needs, connection);
  expect([world.mails.length, (await world.alerts.open('c-1')).length]).toEqual([1, 0]);
  await raise(needs, 'c-1', { ...held, subject: 'r-2' });
  const trouble = new AppError('unavailable', 'no');
  for (let tries = 0; tries < 7; tries += 1) {
    expect((await world.alerts.open('c-1')).length).toBe(1);
    world.mailTroubles.push(trouble, trouble);
    world.hookTroubles.push(trouble);
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
  await raise(needs, 'c-1', held);
  await deliverAlerts(needs, SILENT);
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
