import { describe, expect, it } from 'vitest';
import { isChosen } from '../../../../local/tenant/chosen.ts';
import type { Fault } from '../../../../local/tenant/faults.ts';
import { randomFrom } from '../../../../local/tenant/random.ts';
import { Strikes } from '../../../../local/tenant/strikes.ts';

const users = { method: 'GET', segments: ['users', 'delta'] };
const groups = { method: 'GET', segments: ['groups'] };

function strikesOf(...faults: Fault[]): Strikes {
  const strikes = new Strikes(randomFrom(1));
  strikes.add(faults);
  return strikes;
}

/** One letter a request: x = struck. */
const pattern = (strikes: Strikes, requests: number): string =>
  Array.from({ length: requests }, () => (strikes.take('throttle', users) ? 'x' : '.')).join('');

describe('faults', () => {
  it('strike the routes they name, until they are used up', () => {
    const faults = strikesOf({ kind: 'throttle', route: 'get /users', count: 2 });
    expect(faults.take('throttle', groups)).toBeUndefined();
    expect(faults.take('unavailable', users)).toBeUndefined();
    expect(faults.take('throttle', users)).toBeDefined();
    expect(faults.list()).toMatchObject([{ left: 1 }]);
    expect(faults.take('throttle', users)).toBeDefined();
    expect(faults.take('throttle', users)).toBeUndefined();
  });

  it.each<[string, Partial<Fault>, string]>([
    ['the third request', { after: 2, count: 1 }, '..x.......'],
    ['from the third on', { after: 2 }, '..xxxxxxxx'],
    ['two in a row, three let through', { burst: { struck: 2, spared: 3 } }, 'xx...xx...'],
    ['bursts after others', { after: 1, burst: { struck: 1, spared: 2 } }, '.x..x..x..'],
    ['bursts that end', { burst: { struck: 2, spared: 1 }, count: 3 }, 'xx.x......'],
    ['none of 100', { percent: 0 }, '..........'],
  ])('strike %s', (_name, how, expected) => {
    expect(pattern(strikesOf({ kind: 'throttle', ...how } as Fault), 10)).toBe(expected);
  });

  it('count requests that another of their kind strikes', () => {
    const first = { kind: 'throttle', after: 1, count: 1 } as const;
    expect(pattern(strikesOf(first, { ...first, after: 3 }), 6)).toBe('.x.x..');
  });

  it('strike the same requests again from the same seed', () => {
    const fault = { kind: 'throttle', percent: 50 } as const;
    const once = pattern(strikesOf(fault), 40);
    expect(once).toMatch(/x/);
    expect(once).toMatch(/\./);
    expect(pattern(strikesOf(fault), 40)).toBe(once);
  });

  it.each([
    [true, [false, true]],
    [false, [true, false]],
    [undefined, [true, true]],
  ])('tell requests in batches from others: %s', (batched, expected) => {
    const struck = [false, true].map((isBatched) => {
      const fault = { kind: 'throttle', ...(batched !== undefined && { batched }) } as const;
      return strikesOf(fault).take('throttle', { ...users, isBatched }) !== undefined;
    });
    expect(struck).toEqual(expected);
  });

  it('give each change a lag, with jitter where it is wanted', () => {
    const faults = strikesOf();
    expect(faults.lagSeconds(false)).toBe(0);
    faults.add([{ kind: 'lag', seconds: 5, jitterSeconds: 10 }]);
    const lags = Array.from({ length: 50 }, () => faults.lagSeconds(false));
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...lags)).toBeLessThan(15);
    expect(new Set(lags).size).toBeGreaterThan(40);
    faults.clear();
    expect(faults.lagSeconds(false)).toBe(0);
    faults.add([{ kind: 'lag', seconds: 5, replicas: 3 }]);
    expect(faults.lagSeconds(false)).toBe(0);
    faults.add([{ kind: 'lag', seconds: 7, creations: true }]);
    expect([faults.lagSeconds(true), faults.lagSeconds(false)]).toEqual([7, 0]);
  });
});

describe('a subset', () => {
  const ids = Array.from({ length: 2000 }, (_, number) => String(number));
  const chosen = (share: number, salt: number) => ids.filter((id) => isChosen(id, { share, salt }));

  it.each([0, 10, 50, 90, 100])('holds its share: %s of 100', (share) => {
    const part = chosen(share, 7).length / 20;
    expect(Math.abs(part - share)).toBeLessThan(share % 100 === 0 ? 0.001 : 4);
  });

  it('is the same again with the same salt, and another with another', () => {
    expect(chosen(50, 1)).toEqual(chosen(50, 1));
    const one = new Set(chosen(50, 1));
    const inBoth = chosen(50, 2).filter((id) => one.has(id));
    expect(Math.abs(inBoth.length - 500)).toBeLessThan(80);
  });
});
