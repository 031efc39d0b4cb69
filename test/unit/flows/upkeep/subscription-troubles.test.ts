import { beforeEach, describe, expect, it } from 'vitest';
import { refused } from './fake-notifications.ts';
import { ADDRESS, addressAt, DAY, MINUTE, type TendedWorld, tendedWorld } from './tended-world.ts';

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

describe('what others have at Graph', () => {
  const STRANGER = addressAt('https://stranger.example');

  it('is never touched, and told as the reason why there are no notifications', async () => {
    const id = world.graph.put('users', STRANGER, world.time + DAY);
    await world.tend();
    world.time += 15 * MINUTE;
    await world.tend();
    expect(told()).toEqual(['subscribe users', 'subscribe groups', 'subscribe users']);
    expect((await world.watch('users')).problem).toMatchObject({ code: 'conflict' });
    expect((await world.watch('groups')).problem).toBeNull();
    // One secret of each attempt that may have succeeded, no more.
    expect(world.vault.size).toBe(2);
    await world.switchSync('one', false);
    await world.tend();
    expect(urls()).toEqual([STRANGER]);
    world.graph.lose(id);
    await world.switchSync('one', true);
    await world.tend();
    expect(urls()).toEqual([ADDRESS, ADDRESS]);
  });

  it('is left alone although the address begins alike', async () => {
    world.graph.put('users', `${ADDRESS}/x`, world.time + DAY);
    world.graph.put('groups', ADDRESS.replace(/.$/, '6'), world.time + DAY);
    await world.tend();
    expect(told().filter((call) => call.startsWith('unsubscribe'))).toEqual([]);
  });
});

describe('orphans at our address', () => {
  it('go before a subscription is made', async () => {
    const orphan = world.graph.put('users', ADDRESS, world.time + DAY);
    await world.tend();
    expect(told()).toEqual(['unsubscribe users', 'subscribe users', 'subscribe groups']);
    expect(world.graph.all().some(({ id }) => id === orphan)).toBe(false);
  });

  it('go beside a subscription that is in place', async () => {
    await subscribed();
    world.graph.put('users', ADDRESS, world.time + DAY);
    await world.tend();
    expect(told()).toEqual(['unsubscribe users']);
    expect(world.graph.all()).toHaveLength(2);
  });

  it.each(['before', 'after'] as const)(
    'a crash %s a subscription was made leaves none',
    async (moment) => {
      world.graph[moment] = (call) => {
        if (call === 'subscribe users') throw new Error('the worker is gone');
      };
      await expect(world.tend()).rejects.toThrow('gone');
      world.graph[moment] = () => {};
      await world.tend();
      expect(urls()).toEqual([ADDRESS, ADDRESS]);
      expect(world.vault.size).toBe(2);
      expect((await world.watch('users')).current?.id).toBe(world.graph.of('users')?.id);
    },
  );

  it('a crash, and then the switch is turned off: none is left', async () => {
    world.graph.after = (call) => {
      if (call === 'subscribe users') throw new Error('the worker is gone');
    };
    await expect(world.tend()).rejects.toThrow('gone');
    world.graph.after = () => {};
    await world.switchSync('one', false);
    await world.tend();
    expect(world.graph.all()).toEqual([]);
    expect(world.vault.size).toBe(0);
  });

  it('none is left where Graph could not be told at once', async () => {
    await subscribed();
    await world.switchSync('one', false);
    world.graph.before = () => {
      throw refused('unavailable');
    };
    await world.tend();
    expect(world.graph.all()).toHaveLength(2);
    expect((await world.watch('users')).connectionIds).toEqual([]);
    world.graph.before = () => {};
    await world.tendAll();
    expect(world.graph.all()).toEqual([]);
    expect(await world.watches()).toEqual([]);
  });
});

describe('what Graph refuses', () => {
  it.each(['access-denied', 'throttled', 'unavailable', 'credential-refused'] as const)(
    '%s is written down, and tried again',
    async (code) => {
      world.graph.before = (call) => {
        if (call.startsWith('subscribe')) throw refused(code, 'because of that');
      };
      await world.tend();
      const since = new Date(world.time).toISOString();
      const problem = { code, message: 'because of that', since };
      expect((await world.watch('users')).problem).toEqual(problem);
      world.time += 15 * MINUTE;
      await world.tend();
      expect((await world.watch('users')).problem).toEqual(problem);
      world.graph.before = () => {};
      await world.tend();
      expect((await world.watch('users')).problem).toBeNull();
      expect(world.graph.all()).toHaveLength(2);
      expect(world.vault.size).toBe(2);
    },
  );

  it('while it does not say what there is, nothing is made twice', async () => {
    await subscribed();
    world.graph.before = () => {
      throw refused('unavailable');
    };
    await world.connect('two');
    await world.tend();
    expect(await world.watch('users')).toMatchObject({
      connectionIds: ['one', 'two'],
      problem: { code: 'unavailable' },
    });
    expect((await world.watch('users')).current?.id).toBe(world.graph.of('users')?.id);
  });

  it.each([undefined, 'http://127.0.0.1:7071'])(
    'calls to %s are not asked for',
    async (address) => {
      world.publicUrl = address;
      await world.tend();
      expect(told()).toEqual([]);
      expect((await world.watch('users')).problem).toMatchObject({ code: 'bad-configuration' });
    },
  );
});

describe('two workers at the same time', () => {
  it('make one subscription of each kind, and know all connections', async () => {
    await Promise.all([world.tend(), world.connect('two').then(() => world.tend())]);
    await world.tend().catch(() => {});
    expect(urls()).toEqual([ADDRESS, ADDRESS]);
    const watch = await world.watch('users');
    expect(watch).toMatchObject({ connectionIds: ['one', 'two'], problem: null });
    expect(watch.current?.id).toBe(world.graph.of('users')?.id);
    expect(world.vault.size).toBeLessThanOrEqual(4);
  });
});
