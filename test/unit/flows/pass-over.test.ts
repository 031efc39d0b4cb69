import { describe, expect, it } from 'vitest';
import { AppError } from '../../../lib/errors.ts';
import { passedOver } from '../../../lib/flows/pass-over.ts';
import type { SyncState } from '../../../lib/ports/sync-state.ts';
import { openRun, type RunKind } from '../../../lib/sync/run.ts';

const state = (links: { user: string | null; group: string | null }, kind?: RunKind) =>
  ({
    checkpoint: { links, lastError: null },
    run: kind ? openRun({ id: 'r', kind, startedAt: '2026-01-01T00:00:00.000Z' }) : null,
  }) as unknown as SyncState;
const KNOWN = { user: 'u', group: 'g' };
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

  it.each([
    ['in a full run', state(KNOWN, 'resync'), denied],
    ['that were never read', state({ user: 'u', group: null }), denied],
    ['as Graph is down', state(KNOWN), new AppError('unavailable', 'no answer')],
    ['as the link has expired', state(KNOWN), new AppError('checkpoint-expired', 'gone')],
    ['for a reason of our own', state(KNOWN), new TypeError('a fault')],
  ])('stop it %s', (_when, at, error) => {
    expect(passedOver(at, 'group', error)).toBeUndefined();
  });
});
