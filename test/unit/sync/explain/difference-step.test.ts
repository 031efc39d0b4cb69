import { describe, expect, it } from 'vitest';
import {
  deactivationStep,
  differenceStep,
  isSame,
  newEntryStep,
} from '../../../../lib/sync/explain/difference-step.ts';
import type { Half } from '../../../../lib/sync/link.ts';
import { exported, IMPORTED } from '../some-flows.ts';
import { entry, half } from './given.ts';

const side = (entra: Half) => ({ entra, flows: IMPORTED });
const step = { step: 'difference', ok: true };

describe('the difference', () => {
  it('from nothing is all there is', () => {
    expect(newEntryStep(half({ userName: 'ada' }, false))).toEqual({
      ...step,
      attributes: [{ attribute: 'userName', from: null, to: 'ada' }],
      active: { from: null, to: false },
    });
  });

  it('is what changed on either side, and says what it takes away', () => {
    const agreed = half({ userName: 'ada', title: 'Clerk', city: 'Oslo' });
    const wanted = half({ userName: 'ada', title: 'Countess', lang: 'en' }, false);
    const held = entry({ userName: 'strayed', title: 'Clerk', city: 'Oslo', own: 'x' });
    expect(differenceStep(side(wanted), held, { entra: agreed, app: agreed })).toEqual({
      ...step,
      attributes: [
        { attribute: 'userName', from: 'strayed', to: 'ada' },
        { attribute: 'title', from: 'Clerk', to: 'Countess' },
        { attribute: 'lang', from: null, to: 'en' },
        { attribute: 'city', from: 'Oslo', to: null, takesAway: true },
      ],
      active: { from: true, to: false, takesAway: true },
    });
  });

  it('of a set that shrinks takes away', () => {
    const agreed = half({ entitlements: ['a', 'b'] });
    const held = entry({ entitlements: ['a', 'b'] });
    const { attributes } = differenceStep(side(half({ entitlements: ['b'] })), held, {
      entra: agreed,
      app: agreed,
    });
    expect(attributes).toMatchObject([{ to: ['b'], takesAway: true }]);
  });

  it('clears nothing of an entry that was there before', () => {
    const own = entry({ userName: 'ADA', title: 'Countess' });
    expect(differenceStep(side(half({ userName: 'ada' })), own, null)).toEqual({
      ...step,
      attributes: [{ attribute: 'userName', from: 'ADA', to: 'ada' }],
    });
  });

  it('tells what reaches Entra, and what it takes away there', () => {
    const agreed = half({ title: 'Clerk', city: 'Oslo' });
    const held = entry({ title: 'Countess', city: 'Oslo' }, { active: false });
    const sides = { entra: agreed, flows: exported() };
    expect(differenceStep(sides, held, { entra: agreed, app: agreed })).toEqual({
      ...step,
      attributes: [],
      toEntra: [
        { attribute: 'active', from: true, to: false, takesAway: true },
        { attribute: 'title', from: 'Clerk', to: 'Countess' },
      ],
    });
  });

  it('is nothing where both hold the same, or the entry rests already', () => {
    const both = half({ userName: 'ada' });
    const same = differenceStep(side(both), entry({ userName: ' ada ' }), {
      entra: both,
      app: both,
    });
    expect(isSame(same)).toBe(true);
    expect(isSame(deactivationStep(entry({}, { active: false })))).toBe(true);
    expect(isSame(deactivationStep(entry({})))).toBe(false);
  });
});
