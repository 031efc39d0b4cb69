import { beforeEach, describe, expect, it } from 'vitest';
import { refused } from './fake-notifications.ts';
import {
  ADDRESS,
  addressAt,
  DAY,
  HOUR,
  MINUTE,
  type TendedWorld,
  tendedWorld,
} from './tended-world.ts';

let world: TendedWorld;

beforeEach(async () => {
  world = tendedWorld();
  await world.connect('one');
});

const told = () => world.told();
const urls = () => world.urls();

async function subscribed(): Promise<void> {
  await world.tend();
  expect(told()).toEqual(['subscribe users', 'subscribe groups']);
}

describe('a connection that is switched on', () => {
  it('has a subscription for users and one for groups, each with a secret of its own', async () => {
    await subscribed();
    expect(urls()).toEqual([ADDRESS, ADDRESS]);
    const lifetimes = world.graph.all().map(({ expiresAt }) => expiresAt - world.time);
    expect(lifetimes.every((left) => left > 7 * DAY && left < 29 * DAY)).toBe(true);
    const secrets = [...world.graph.secrets.values()];
    expect(new Set(secrets).size).toBe(2);
    expect(secrets.every((secret) => secret.length >= 40 && secret.length <= 128)).toBe(true);
    expect([...world.vault.values()].sort()).toEqual(secrets.sort());
    const watch = await world.watch('users');
    expect(watch).toMatchObject({ connectionIds: ['one'], problem: null, former: null });
    expect(watch.current?.id).toBe(world.graph.of('users')?.id);
  });

  it('shares them with others of the same tenant', async () => {
    await subscribed();
    await world.connect('two');
    await world.tend();
    expect(told()).toEqual([]);
    expect((await world.watch('groups')).connectionIds).toEqual(['one', 'two']);
    await world.switchSync('one', false);
    await world.tend();
    expect(told()).toEqual([]);
    expect((await world.watch('groups')).connectionIds).toEqual(['two']);
  });

  it('has none while it is read only when somebody asks', async () => {
    await subscribed();
    await world.switchAutomatic('one', false);
    await world.tend();
    expect(told()).toEqual(['unsubscribe users', 'unsubscribe groups']);
    await world.tendAll();
    expect([told(), world.graph.all()]).toEqual([[], []]);
    await world.switchAutomatic('one', true);
    await world.tendAll();
    expect(told()).toEqual(['subscribe users', 'subscribe groups']);
  });

  it('loses them with the last one, and gets new ones when it is on again', async () => {
    await subscribed();
    const before = new Set(world.vault.values());
    await world.switchSync('one', false);
    await world.tend();
    expect(told()).toEqual(['unsubscribe users', 'unsubscribe groups']);
    expect([await world.watches(), [...world.vault]]).toEqual([[], []]);
    await world.switchSync('one', true);
    await subscribed();
    expect([...world.vault.values()].some((secret) => before.has(secret))).toBe(false);
  });

  it('loses them when it is removed, while there is a credential', async () => {
    await subscribed();
    await world.tend({ without: 'one' });
    expect(world.graph.all()).toEqual([]);
    expect([...world.vault]).toEqual([]);
  });

  it('removed without a word, leaves nothing that is known', async () => {
    await subscribed();
    await world.remove('one');
    await world.tendAll();
    expect([await world.watches(), [...world.vault]]).toEqual([[], []]);
  });

  it('is seen to by the timer', async () => {
    await world.tendAll();
    expect(told()).toEqual(['subscribe users', 'subscribe groups']);
    world.time += 15 * MINUTE;
    await world.tendAll();
    expect(told()).toEqual([]);
    expect((await world.watch('users')).checkedAt).toBe(world.time);
  });
});

describe('a subscription', () => {
  beforeEach(subscribed);

  it('is renewed early, and never within ten minutes of the last time', async () => {
    for (let passed = 0; passed < 20 * DAY; passed += 15 * MINUTE) {
      world.time += 15 * MINUTE;
      await world.tend();
      const left = (world.graph.of('users')?.expiresAt ?? 0) - world.time;
      expect(left).toBeGreaterThan(7 * DAY);
    }
    const calls = told();
    expect(new Set(calls)).toEqual(new Set(['renew users', 'renew groups']));
    expect(calls.length).toBeLessThanOrEqual(20 * 2 * 4);
  });

  it('that Graph wants authorized anew is renewed, but not twice within ten minutes', async () => {
    world.time += 9 * MINUTE;
    await world.tend({ isAsked: true });
    expect(told()).toEqual([]);
    world.time += 2 * MINUTE;
    await world.tend({ isAsked: true });
    expect(told()).toEqual(['renew users', 'renew groups']);
    world.time += 9 * MINUTE;
    await world.tend({ isAsked: true });
    expect(told()).toEqual([]);
  });

  it('that has vanished is made again, and both secrets are known for a while', async () => {
    const { current } = await world.watch('users');
    world.graph.lose(current?.id ?? '');
    await world.tend();
    expect(told()).toEqual(['subscribe users']);
    const watch = await world.watch('users');
    expect(watch.former).toEqual(current);
    expect(watch.current?.id).not.toBe(current?.id);
    expect(world.vault.size).toBe(3);
    world.graph.lose(watch.current?.id ?? '');
    await world.tend();
    expect(world.vault.size).toBe(3);
  });

  it('that vanishes while it is renewed is made again', async () => {
    world.time += HOUR;
    const id = world.graph.of('users')?.id ?? '';
    world.graph.before = (call) => {
      if (call === 'renew users') world.graph.lose(id);
    };
    await world.tend({ isAsked: true });
    expect(told()).toContain('subscribe users');
    expect((await world.watch('users')).problem).toBeNull();
  });

  it('whose secret is lost is made again', async () => {
    world.forgetSecrets();
    await world.tend();
    expect(told()).toEqual([
      'unsubscribe users',
      'subscribe users',
      'unsubscribe groups',
      'subscribe groups',
    ]);
  });

  it('moves with the app’s address, also one that was left half moved', async () => {
    world.publicUrl = 'https://moved.example/';
    world.graph.before = (call) => {
      if (call === 'subscribe users') throw refused('bad-request', 'no answer');
    };
    await world.tend();
    expect((await world.watch('users')).problem).toMatchObject({ code: 'bad-request' });
    world.publicUrl = 'https://again.example';
    world.graph.before = () => {};
    await world.tend();
    expect(urls()).toEqual(Array(2).fill(addressAt('https://again.example')));
    expect((await world.watch('users')).problem).toBeNull();
    expect((await world.watch('groups')).formerUrls).toContain(ADDRESS);
  });
});
