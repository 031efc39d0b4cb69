import { describe, expect, it, onTestFinished } from 'vitest';
import { Alarms } from '../../../../local/tenant/alarms.ts';

function underTest(): { alarms: Alarms; rung: string[]; leap: (milliseconds: number) => void } {
  let skipped = 0;
  const alarms = new Alarms(() => Date.now() + skipped);
  onTestFinished(() => alarms.close());
  const leap = (milliseconds: number) => {
    skipped += milliseconds;
    alarms.ring();
  };
  return { alarms, rung: [], leap };
}

const HOUR_MS = 3_600_000;

describe('alarms', () => {
  it('go off in order as soon as the clock has leapt past them', () => {
    const { alarms, rung, leap } = underTest();
    for (const hours of [3, 1, 2]) {
      alarms.set(Date.now() + hours * HOUR_MS, () => rung.push(String(hours)));
    }
    leap(1);
    expect(rung).toEqual([]);
    leap(2.5 * HOUR_MS);
    expect(rung).toEqual(['1', '2']);
    leap(HOUR_MS);
    expect(rung).toEqual(['1', '2', '3']);
  });

  it('go off by themselves', async () => {
    const { alarms, rung } = underTest();
    alarms.set(Date.now() + 30, () => rung.push('second'));
    alarms.set(Date.now() + 10, () => rung.push('first'));
    await expect.poll(() => rung).toEqual(['first', 'second']);
  });

  it('can be called off, one or all', async () => {
    const { alarms, rung, leap } = underTest();
    alarms.set(Date.now() + HOUR_MS, () => rung.push('off'))();
    alarms.set(Date.now() + HOUR_MS, () => rung.push('on'));
    leap(HOUR_MS);
    expect(rung).toEqual(['on']);
    alarms.set(Date.now() + HOUR_MS, () => rung.push('closed'));
    alarms.close();
    alarms.set(Date.now(), () => rung.push('late'));
    leap(HOUR_MS);
    expect(rung).toEqual(['on']);
  });

  it('set by an alarm wait for their turn', () => {
    const { alarms, rung, leap } = underTest();
    const again = () => {
      rung.push('again');
      alarms.set(0, again);
    };
    alarms.set(0, again);
    leap(0);
    leap(0);
    expect(rung).toEqual(['again', 'again']);
  });
});
