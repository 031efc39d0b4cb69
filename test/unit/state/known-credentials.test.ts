import { beforeEach, describe, expect, it } from 'vitest';
import { newSecret, newSecretId } from '../../../lib/sync/secret.ts';
import { MADE_AT, openService, refusalOf, type Service } from '../scim/oauth/open-service.ts';

let service: Service;
const isRefused = async (
  connectionId: string,
  bearer: string,
  needs?: Parameters<Service['enter']>[2],
) => (await refusalOf(service.enter(connectionId, bearer, needs))).startsWith('unauthorized');

/** Requests of the tables that something costs. */
async function costOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = service.requests.length;
  await work();
  return service.requests.slice(before).toSorted();
}

/** The connection and its credentials. */
const READING = ['get connections', 'range credentials'];

beforeEach(async () => {
  service = await openService();
  await service.connect('one');
});

describe('what a worker knows of credentials', () => {
  it('costs one reading every 15 seconds, however many requests there are', async () => {
    const { bearer } = await service.token('one');
    const many = () => Promise.all(Array.from({ length: 50 }, () => service.enter('one', bearer)));
    expect(await costOf(many)).toEqual(
      [...READING, 'range connections', 'write credentials'].sort(),
    );
    expect(await costOf(many)).toEqual([]);
    service.clock.time += 14_999;
    expect(await costOf(many)).toEqual([]);
    service.clock.time += 1;
    expect(await costOf(many)).toEqual(READING);
  });

  it('is 15 seconds old at most: what is revoked is refused then, what is new is let in', async () => {
    const { bearer, credential } = await service.token('one');
    await service.enter('one', bearer);
    const later = await service.token('one');
    await service.credentials.remove('one', credential.id);
    service.clock.time += 14_999;
    expect([await isRefused('one', bearer), await isRefused('one', later.bearer)]).toEqual([
      false,
      true,
    ]);
    service.clock.time += 1;
    expect([await isRefused('one', bearer), await isRefused('one', later.bearer)]).toEqual([
      true,
      false,
    ]);
  });

  it('is forgotten at once where this process revoked it', async () => {
    const { bearer, credential } = await service.token('one');
    await service.enter('one', bearer);
    await service.credentials.remove('one', credential.id);
    service.knownCredentials.forget('one');
    expect(await isRefused('one', bearer)).toBe(true);
  });

  it('ends with the connection, and while it is being removed', async () => {
    const { version, ...connection } = await service.connect('leaver');
    const { bearer } = await service.token('leaver');
    const leaving = { users: 'delete', approved: false } as const;
    const saved = await service.connections.save({ ...connection, leaving }, version);
    expect(await isRefused('leaver', bearer)).toBe(true);
    await service.connections.save(connection, saved.version);
    service.clock.time += 15_000;
    expect(await isRefused('leaver', bearer)).toBe(false);
    await service.connections.remove('leaver');
    service.clock.time += 15_000;
    expect(await isRefused('leaver', bearer)).toBe(true);
    // One of the same id is another connection.
    await service.connect('leaver', { createdAt: '2026-01-02T00:00:00.000Z' });
    service.clock.time += 15_000;
    expect(await isRefused('leaver', bearer)).toBe(true);
    const own = await service.token('leaver', { connectionSince: '2026-01-02T00:00:00.000Z' });
    service.knownCredentials.forget('leaver');
    expect(await isRefused('leaver', own.bearer)).toBe(false);
  });

  it('takes Entra’s word only where Entra is to push', async () => {
    await service.connect('pushed', { import: 'push' });
    const [own, pushed] = [
      await service.token('one', { role: 'entra' }),
      await service.token('pushed', { role: 'entra' }),
    ];
    expect(await isRefused('one', own.bearer)).toBe(true);
    expect(await isRefused('pushed', pushed.bearer)).toBe(false);
  });

  it('is not read for guesses: neither of secrets nor of connections', async () => {
    const { bearer } = await service.token('one');
    await service.enter('one', bearer);
    const guess = () => Buffer.from(`${newSecretId()}:${newSecret()}`).toString('base64');
    const guesses = async () => {
      for (let n = 0; n < 200; n += 1) {
        expect(await isRefused('one', guess())).toBe(true);
        expect(await isRefused(`c-${n}`, guess())).toBe(true);
      }
    };
    service.clock.time += 1_001;
    expect(await costOf(guesses)).toEqual(['range connections']);
    expect(await costOf(guesses)).toEqual([]);
    service.clock.time += 1_001;
    expect(await costOf(guesses)).toEqual(['range connections']);
  });

  it('finds a connection that was made by another process, a second later', async () => {
    await isRefused('new', 'x');
    const guess = Buffer.from(`${newSecretId()}:${newSecret()}`).toString('base64');
    expect(await isRefused('new', guess)).toBe(true);
    await service.connect('new');
    const { bearer } = await service.token('new');
    service.clock.time += 1_001;
    expect(await isRefused('new', bearer)).toBe(false);
  });

  it('is of 1,000 connections at most', async () => {
    const { bearer } = await service.token('one');
    const names = Array.from({ length: 1_000 }, (_, n) => `c-${n}`);
    for (const name of names) await service.connect(name);
    service.knownCredentials.forget('one');
    await service.enter('one', bearer);
    for (const name of names.slice(1)) await isRefused(name, bearer);
    expect(await costOf(() => service.enter('one', bearer))).toEqual([]);
    await isRefused('c-0', bearer);
    expect(await costOf(() => service.enter('one', bearer))).toEqual(READING);
  });

  it('is asked for again after the tables were down', async () => {
    const { bearer } = await service.token('one');
    for (const trouble of ['range connections', 'get connections', 'range credentials']) {
      service.troubles.add(trouble);
      await expect(service.enter('one', bearer)).rejects.toThrow(`no ${trouble}`);
      service.troubles.clear();
    }
    expect(await isRefused('one', bearer)).toBe(false);
  });
});

describe('the last use of a credential', () => {
  const HOUR = 3_600_000;
  const usedAt = async () => (await service.credentials.list('one')).credentials[0]?.usedAt;
  const writes = () => service.requests.filter((what) => what === 'write credentials').length;

  it('is noted once an hour', async () => {
    const { bearer } = await service.token('one');
    const [before, began] = [writes(), Date.parse(MADE_AT)];
    expect(await usedAt()).toBeNull();
    await service.enter('one', bearer);
    await expect.poll(usedAt).toBe(began);
    service.clock.time = began + HOUR - 1;
    await service.enter('one', bearer);
    expect(await usedAt()).toBe(began);
    service.clock.time = began + HOUR;
    await Promise.all([service.enter('one', bearer), service.enter('one', bearer)]);
    await expect.poll(usedAt).toBe(began + HOUR);
    expect(writes() - before).toBe(2);
    // Another process sees when that was.
    await service.enter('one', bearer, service.openProcess());
    expect(writes() - before).toBe(2);
  });

  it('is no change of it', async () => {
    const { bearer, credential } = await service.token('one');
    await service.enter('one', bearer);
    await expect.poll(usedAt).not.toBeNull();
    const { usedAt: _, ...rest } = credential;
    expect((await service.credentials.list('one')).credentials).toMatchObject([rest]);
  });

  it('refuses nobody when it cannot be noted, and brings back nothing that was removed', async () => {
    const { bearer, credential } = await service.token('one');
    service.troubles.add('write credentials');
    expect(await isRefused('one', bearer)).toBe(false);
    await expect
      .poll(() => service.lines)
      .toEqual(['the use of a credential is not noted {"connectionId":"one","code":"unknown"}']);
    service.troubles.clear();
    await service.credentials.remove('one', credential.id);
    service.clock.time += HOUR - 14_000;
    const rows = () => service.tables.rows('credentials').map(({ rowKey }) => rowKey);
    await expect(service.credentials.note('one', credential.id, 1)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(rows()).toEqual(['h:']);
  });
});
