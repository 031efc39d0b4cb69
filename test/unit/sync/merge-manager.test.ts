import { expect, it } from 'vitest';
import type { Edge } from '../../../lib/sync/edge.ts';
import { type ManagerVerdict, managersIn, mergeManager } from '../../../lib/sync/merge-manager.ts';

type Manager = string | null;

it.each<[Manager, Manager, Manager, ManagerVerdict]>([
  [null, null, null, 'both'],
  ['ann', 'ann', 'ann', 'both'],
  ['bob', 'bob', 'ann', 'both'],
  ['ann', 'bob', 'ann', 'set'],
  [null, 'bob', null, 'set'],
  ['ann', null, 'ann', 'withdraw'],
  ['bob', 'ann', 'ann', 'nothing'],
  [null, 'ann', 'ann', 'nothing'],
  ['bob', null, null, 'nothing'],
  ['bob', 'cid', 'ann', 'nothing'],
  [null, 'cid', 'ann', 'nothing'],
  ['bob', null, 'ann', 'nothing'],
])('Entra: %s, application: %s, agreed: %s -> %s', (entra, app, agreed, verdict) => {
  expect(mergeManager({ entra, app, agreed })).toBe(verdict);
});

const edge = (member: string, wanted: boolean, applied: boolean): Edge => ({
  holder: 'u',
  member,
  relation: 'manager',
  memberKind: 'user',
  wanted,
  direct: wanted,
  via: null,
  applied,
  sighted: 'r',
  removal: null,
});

it.each([
  [[], null, null],
  [[edge('ann', true, false)], 'ann', null],
  [[edge('ann', true, true)], 'ann', 'ann'],
  [[edge('ann', false, true), edge('bob', true, false)], 'bob', 'ann'],
  [[edge('ann', false, true), edge('bob', true, true)], 'bob', 'bob'],
  [[edge('ann', false, true)], null, 'ann'],
])('edges tell what Entra says and what was agreed on', (edges, entra, agreed) => {
  expect(managersIn(edges)).toEqual({ entra, agreed });
});
