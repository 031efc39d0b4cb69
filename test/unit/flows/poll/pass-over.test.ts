import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { passedOver } from '../../../../lib/flows/poll/pass-over.ts';
import type { SyncState } from '../../../../lib/ports/sync-state.ts';
import { openRun, type RunKind } from '../../../../lib/sync/run.ts';

const state = (links: { user: string | null; group: string | null }, kind?: RunKind) =>
  ({
    checkpoint: { links, lastError: null },
    run: kind ? openRun({ id: 'r', kind, startedAt: '2026-01-01T00:00:00.000Z' }) : null,
  }) as unknown as SyncState;
const KNOWN = { user: 'u', group: 'g' };
const NOTHING = { user: null, group: null };
const OPEN = openRun({ id: 'r', kind: 'resync', startedAt: '2026-01-01T00:00:00.000Z' });
const denied = new AppError('access-denied', 'Graph answered 403');

describe('groups that may not be read', () => {
  it.each([undefined, 'incremental'] as const)('let the round go on, from where it was', (kind) => {
    const passed = passedOver(state(KNOWN, kind), 'group', denied);
    expect(passed?.page).toEqual({ items: [], deltaLink: 'g' });
    expect(passed?.refusal).toMatchObject({
      code: 'access-denied',
      message: 'groups may not be read: Graph answered 403',
    });
  });

  it.each(['initial', 'resync'] as const)('let a full run go on, to be read anew', (kind) => {
    const passed = passedOver(state(NOTHING, kind), 'group', denied);
    expect(passed?.page).toEqual({ items: [], deltaLink: null });
  });

  it('let the round go on that has read users, where a full run could not read them', () => {
    const passed = passedOver(state({ user: 'u', group: null }), 'group', denied);
    expect(passed?.page).toEqual({ items: [], deltaLink: null });
  });

  it.each([
    ['in the middle of a full run', state(KNOWN, 'resync'), denied],
    ['where nothing was ever read', state({ user: null, group: null }), denied],
    [
      'in a full run, where they decide about users',
      { ...state(NOTHING, 'resync'), run: { ...OPEN, isScoped: true } },
      denied,
    ],
    ['as Graph is down', state(KNOWN), new AppError('unavailable', 'no answer')],
    ['as the link has expired', state(KNOWN), new AppError('checkpoint-expired', 'gone')],
    ['for a reason of our own', state(KNOWN), new TypeError('a fault')],
  ])('stop it %s', (_when, at, error) => {
    expect(passedOver(at, 'group', error)).toBeUndefined();
  });
});

it('users that may not be read stop a full run where groups may not be either', () => {
  const partial = (unread: ('user' | 'group')[]) => ({
    ...state(NOTHING, 'resync'),
    run: { ...OPEN, isScoped: true, unread },
  });
  expect(passedOver(partial([]), 'user', denied)).toBeDefined();
  expect(passedOver(partial(['group']), 'user', denied)).toBeUndefined();
});
