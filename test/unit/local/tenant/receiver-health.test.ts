import { describe, expect, it } from 'vitest';
import { notificationOptionsSchema } from '../../../../local/tenant/subscriptions/notification-options.ts';
import { ReceiverHealth } from '../../../../local/tenant/subscriptions/receiver-health.ts';

interface UnderTest {
  readonly health: ReceiverHealth;
  now: number;
}

function underTest(options: object = {}): UnderTest {
  const under = { now: 0 };
  const health = new ReceiverHealth(notificationOptionsSchema.parse(options), () => under.now);
  return Object.assign(under, { health });
}

function answer({ health }: UnderTest, [prompt, slow]: readonly [number, number], ms = 3000): void {
  for (let count = 0; count < slow; count += 1) health.answered(ms);
  for (let count = 0; count < prompt; count += 1) health.answered(20);
}

describe('a receiver', () => {
  it.each<[string, [number, number], string]>([
    ['prompt answers', [100, 0], 'prompt'],
    ['too few answers', [0, 99], 'prompt'],
    ['9 of 100 slow', [91, 9], 'prompt'],
    ['10 of 100 slow', [90, 10], 'slow'],
    ['14 of 100 slow', [86, 14], 'slow'],
    ['15 of 100 slow', [85, 15], 'drop'],
  ])('is judged by %s', (_name, answers, expected) => {
    const under = underTest();
    answer(under, answers);
    expect(under.health.state()).toBe(expected);
  });

  it('is not slow at the limit', () => {
    const under = underTest();
    answer(under, [0, 100], 2900);
    expect(under.health.state()).toBe('prompt');
  });

  it('is tried anew after 10 minutes', () => {
    const under = underTest();
    answer(under, [0, 100]);
    under.now = 599_999;
    expect(under.health.state()).toBe('drop');
    under.now = 600_000;
    expect(under.health.state()).toBe('prompt');
    answer(under, [0, 99]);
    expect(under.health.state()).toBe('prompt');
    answer(under, [0, 1]);
    expect(under.health.state()).toBe('drop');
  });

  it('is judged by the last 10 minutes only', () => {
    const under = underTest();
    answer(under, [50, 40]);
    under.now = 600_000;
    answer(under, [100, 0]);
    expect(under.health.state()).toBe('prompt');
  });

  it('can be dropped by another measure than the one for slow', () => {
    const under = underTest({ dropAnswerSeconds: 10 });
    answer(under, [0, 100]);
    expect(under.health.state()).toBe('slow');
    answer(under, [0, 20], 10_001);
    expect(under.health.state()).toBe('drop');
  });
});
