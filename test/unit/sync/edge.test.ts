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

  it('takes such a manager away where Entra ends it before that: the application may hold it', () => {
    const place = { ...context, relation: 'manager' as const };
    const before = { ...edge(false, true), relation: 'manager' as const };
    const again = foldEdge(before, word(false), place);
    const over = foldEdge(again ?? undefined, word(true), place);
    expect(over).toEqual({ ...before, sighted: 'r2', removal: { ...waiting, at: 5 } });
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

describe('what was written to Entra', () => {
  const MINUTES = 60_000;
  const added = { member: 'm', memberKind: 'user', removed: false } as const;
  const removed = { ...added, removed: true };
  const later = (minutes: number) => ({
    holder: 'h',
    relation: 'member' as const,
    runId: 'r2',
    now: minutes * MINUTES,
  });
  const known = foldEdge(undefined, added, later(0));
  if (!known) throw new Error('there is an edge');
  const given: Edge = { ...known, applied: true, sent: { there: true, at: 0 } };
  const gone: Edge = {
    ...known,
    wanted: false,
    direct: false,
    sent: { there: false, at: 0 },
  };
  const refused = { reason: 'entra-denied', attempts: 1, due: 9, since: 1, detail: 'no' } as const;
  const { sent: _, ...bare } = gone;
  const wish: Edge = { ...bare, refused };

  it('is not undone by an older word within ten minutes', () => {
    expect(foldEdge(given, removed, later(9))).toBe(given);
    expect(foldEdge(gone, added, later(9))).toBe(gone);
  });

  it('is not dropped within ten minutes by a word that says the same', () => {
    expect(foldEdge(gone, removed, later(9))).toBe(gone);
    expect(foldEdge(gone, removed, later(11))).toBeNull();
  });

  it('counts no more than any other edge after that', () => {
    expect(foldEdge(given, removed, later(11))).toMatchObject({
      wanted: false,
      removal: { state: 'waiting', evidence: 'removed' },
    });
    const back = foldEdge(gone, added, later(11));
    expect(back).toMatchObject({ wanted: true, direct: true, applied: false });
    expect(back).not.toHaveProperty('sent');
  });

  it('is still wanted by the application where Entra did not take it', () => {
    expect(foldEdge(wish, removed, later(11))).toBe(wish);
    expect(foldEdge(wish, added, later(11))).not.toHaveProperty('refused');
  });

  it('needs no removal where both sides have taken it away', () => {
    const removal = {
      state: 'held',
      at: 1,
      doubts: 0,
      evidence: 'application',
      isFree: false,
    } as const;
    const withdrawn: Edge = { ...known, applied: true, removal };
    expect(foldEdge(withdrawn, removed, later(11))).toBeNull();
    expect(foldEdge(withdrawn, added, later(11))).toBe(withdrawn);
    const nested = foldEdge({ ...withdrawn, via: 'n' }, removed, later(11));
    expect(nested).toMatchObject({ wanted: true, direct: false, applied: false, removal: null });
  });
});
