import { describe, expect, it } from 'vitest';
import { type Edge, foldEdge, isPending } from '../../../lib/sync/edge.ts';

const context = { holder: 'g', relation: 'member' as const, runId: 'r2', now: 5 };
const word = (removed: boolean) => ({ member: 'm', memberKind: 'user' as const, removed });
const waiting = { state: 'waiting', at: 1, doubts: 0, evidence: 'removed', isFree: false } as const;
const edge = (wanted: boolean, applied: boolean): Edge => ({
  holder: 'g',
  member: 'm',
  relation: 'member',
  memberKind: 'user',
  wanted,
  direct: wanted,
  via: null,
  applied,
  sighted: 'r1',
  removal: wanted || !applied ? null : waiting,
});

describe('foldEdge', () => {
  it('begins an edge that the application has yet to follow', () => {
    const begun = foldEdge(undefined, word(false), context);
    expect(begun).toEqual({ ...edge(true, false), sighted: 'r2' });
    expect(begun && isPending(begun)).toBe(true);
  });

  it('knows nothing to remove where there is no edge', () => {
    expect(foldEdge(undefined, word(true), context)).toBeUndefined();
  });

  it('applies a manager anew who was not wanted for a while', () => {
    const before = { ...edge(false, true), relation: 'manager' as const };
    const after = foldEdge(before, word(false), { ...context, relation: 'manager' });
    expect(after).toMatchObject({ wanted: true, applied: false });
  });

  it.each([
    { wanted: true, applied: true, removed: false, gives: 'same' },
    { wanted: true, applied: false, removed: false, gives: 'same' },
    { wanted: false, applied: true, removed: false, gives: 'wanted' },
    { wanted: true, applied: true, removed: true, gives: 'unwanted' },
    { wanted: false, applied: true, removed: true, gives: 'same' },
    { wanted: true, applied: false, removed: true, gives: 'dropped' },
  ])('$wanted/$applied, removed: $removed -> $gives', ({ wanted, applied, removed, gives }) => {
    const before = edge(wanted, applied);
    const after = foldEdge(before, word(removed), context);
    if (gives === 'same') expect(after).toBe(before);
    if (gives === 'wanted')
      expect(after).toEqual({
        ...before,
        wanted: true,
        direct: true,
        sighted: 'r2',
        removal: null,
      });
    if (gives === 'unwanted')
      expect(after).toEqual({
        ...before,
        wanted: false,
        direct: false,
        removal: { ...waiting, at: 5 },
      });
    if (gives === 'dropped') expect(after).toBeNull();
  });
});
