import { describe, expect, it } from 'vitest';
import {
  doneStep,
  type Outcome,
  pendingStep,
  resultStep,
} from '../../../../lib/sync/explain/result-step.ts';
import { type Dirty, type Link, NEVER } from '../../../../lib/sync/link.ts';
import { IMPORTED } from '../some-flows.ts';
import { link } from './given.ts';

const dirty = (reason: Dirty['reason'], more: Partial<Dirty> = {}): Dirty => ({
  reason,
  attempts: 1,
  due: Date.UTC(2026, 0, 1),
  since: 0,
  ...more,
});
const tied = { appId: 'a1', state: 'linked' } as const;

function result(more: Partial<Link> | undefined, facts: Partial<Outcome> = {}) {
  return resultStep({
    link: more && link(more),
    isFolded: true,
    isAtRest: false,
    decision: { do: 'create', entra: { active: true, attributes: {} }, flows: IMPORTED },
    before: null,
    ...facts,
  });
}

describe('the result', () => {
  it.each<[string, ReturnType<typeof result>]>([
    ['there is no link', result(undefined)],
    ['the lane has not come to it', result(tied)],
    ['the removal is being decided on', result({ ...tied, dirty: dirty('removal') })],
    ['the trouble is of before', result({ dirty: dirty('refused') }, { before: dirty('refused') })],
    ['what is held is not what was read', result({ dirty: dirty('held') }, { isFolded: false })],
  ])('waits while %s', (_, step) => {
    expect(step).toBeNull();
  });

  it('is done where nothing is left to do', () => {
    expect(result(tied, { isAtRest: true })).toEqual({
      step: 'result',
      ok: true,
      state: 'done',
      appId: 'a1',
      detail: 'the application holds what it should',
    });
    expect(doneStep(link()).detail).toMatch(/^the application has no entry of it/);
    const resting = link({ appId: 'a1', state: 'removed', dirty: dirty('grace') });
    expect(doneStep(resting).detail).toBe(
      'its entry is inactive, and is deleted on 2026-01-01T00:00:00.000Z',
    );
    expect(doneStep(link(tied), 'nothing was to be done').detail).toBe('nothing was to be done');
  });

  it.each<[string, Dirty, object]>([
    [
      'failed',
      dirty('refused', { detail: 'too long' }),
      { reason: 'refused', detail: 'too long', nextTry: '2026-01-01T00:00:00.000Z' },
    ],
    ['failed', dirty('incomplete', { due: NEVER }), { detail: 'incomplete' }],
    ['skipped', dirty('existing', { detail: 'it was there' }), { detail: 'it was there' }],
    [
      'held',
      dirty('held'),
      { reason: 'held', detail: expect.stringContaining('approve or reject') },
    ],
  ])('is %s for %j', (state, trouble, more) => {
    const step = result({ ...tied, dirty: trouble });
    expect(step).toMatchObject({ ok: false, state, appId: 'a1', ...more });
    expect(step?.nextTry === undefined).toBe(trouble.due === NEVER || state === 'held');
  });

  it('is the same trouble again, where nothing else can come of it', () => {
    const trouble = dirty('unmapped');
    const decision = { do: 'wait', reason: 'unmapped', detail: '' } as const;
    const again = { before: trouble, decision };
    expect(result({ dirty: trouble }, again)).toMatchObject({ state: 'failed' });
    expect(result({ dirty: trouble }, { ...again, isFolded: false })).toBeNull();
  });

  it('is another try of the same trouble', () => {
    const before = dirty('name-taken');
    const after = { ...before, attempts: 2 };
    expect(result({ dirty: after }, { before })).toMatchObject({ reason: 'name-taken' });
  });

  it('says what it waits for', () => {
    expect(pendingStep(undefined)).toMatchObject({ ok: false, state: 'pending', appId: null });
    const waiting = link({ ...tied, dirty: dirty('removal') });
    expect(pendingStep(waiting)).toMatchObject({ reason: 'removal', appId: 'a1' });
  });
});
