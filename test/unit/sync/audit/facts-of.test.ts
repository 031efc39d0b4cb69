import { expect, it } from 'vitest';
import { wroteTogether } from '../../../../lib/sync/audit/audit-entry.ts';
import { factsOf, withFact } from '../../../../lib/sync/audit/facts-of.ts';
import type { Edge, EdgeRemoval } from '../../../../lib/sync/edge.ts';

const edge: Edge = {
  holder: 'g',
  member: 'm',
  relation: 'member',
  memberKind: 'user',
  wanted: true,
  direct: true,
  via: null,
  applied: true,
  sighted: '-',
  removal: null,
};
const removal: EdgeRemoval = {
  state: 'waiting',
  at: 1,
  doubts: 0,
  evidence: 'removed',
  isFree: false,
};
const manager: Edge = { ...edge, holder: 'u', relation: 'manager' };
const evidence = 'Entra reported it as removed';

it('a membership is told of both ends', () => {
  const step = { edge, from: { ...edge, applied: false }, count: { 'memberships.created': 1 } };
  expect(factsOf(step, 'entra')).toEqual([
    { objectId: 'g', kind: 'group', fact: { did: 'members-added', ids: ['m'] } },
    { objectId: 'm', kind: 'user', fact: { did: 'joined', ids: ['g'] } },
  ]);
});

it('one that ends says why, and whether somebody approved', () => {
  const over = { ...edge, removal: { ...removal, state: 'approved' as const } };
  const step = { dropEdge: over, count: { 'memberships.deleted': 1 } };
  expect(factsOf(step, 'decision').map(({ fact }) => fact)).toEqual([
    { did: 'members-removed', ids: ['m'], evidence, approved: true },
    { did: 'left', ids: ['g'], evidence, approved: true },
  ]);
});

it.each([
  ['given', { edge: manager, from: { ...manager, applied: false } }, 1],
  ['as it was', { edge: manager, from: manager }, 0],
  ['taken', { dropEdge: { ...manager, removal } }, 1],
  ['replaced', { dropEdge: { ...manager, removal: { ...removal, isFree: true } } }, 0],
  ['never applied', { dropEdge: { ...manager, applied: false } }, 0],
])('a manager is an attribute of the user: %s', (_, step, count) => {
  const told = factsOf(step, 'entra');
  expect(told).toHaveLength(count);
  for (const { objectId, fact } of told)
    expect([objectId, fact.did, fact.attributes]).toEqual(['u', 'updated', ['manager']]);
});

it.each(['held', 'approved', 'rejected'] as const)('a membership that is %s', (state) => {
  const step = { edge: { ...edge, removal: { ...removal, state } }, from: { ...edge, removal } };
  expect(factsOf(step, 'administrator')).toEqual([
    {
      objectId: 'g',
      kind: 'group',
      fact: { did: state, ids: ['m'], loss: 'memberships', evidence },
    },
  ]);
});

it('one that the application gets back, because somebody has rejected its end', () => {
  const held: EdgeRemoval = { ...removal, state: 'held', evidence: 'application' };
  const given = { ...edge, applied: false };
  const step = { edge: given, from: { ...edge, removal: held }, isRejected: true as const };
  const why = 'the application has taken it away';
  const fact = { did: 'rejected', ids: ['m'], loss: 'memberships', evidence: why };
  expect(factsOf(step, 'administrator')).toEqual([{ objectId: 'g', kind: 'group', fact }]);
});

it('what waits, is doubted or is seen again tells nothing', () => {
  const doubted = { ...edge, removal: { ...removal, state: 'doubted' as const } };
  expect(factsOf({ edge: doubted, from: edge }, 'entra')).toEqual([]);
  expect(factsOf({ edge, from: doubted }, 'entra')).toEqual([]);
  expect(factsOf({ nothing: true }, 'entra')).toEqual([]);
});

it('members that a group gains together are one fact, others are facts of their own', () => {
  const added = (id: string) => ({ did: 'members-added' as const, ids: [id] });
  const some = [added('a'), added('b'), { ...added('c'), evidence }, { did: 'created' as const }];
  const facts = some.reduce<readonly (typeof some)[number][]>(
    (all, fact) => withFact(all, fact) as typeof some,
    [],
  );
  expect(facts).toEqual([
    { did: 'members-added', ids: ['a', 'b'] },
    { did: 'members-added', ids: ['c'], evidence },
    { did: 'created' },
  ]);
});

it('two writes of a link have written what either has', () => {
  const first = { app: ['title'], conflicts: { entra: ['title'], app: [] }, active: true };
  expect(wroteTogether(first, { app: ['title', 'city'], entra: ['nickName'] })).toEqual({
    app: ['title', 'city'],
    entra: ['nickName'],
    refused: [],
    conflicts: { entra: ['title'], app: [] },
    active: true,
  });
});

it('a membership that is written to Entra is told as well', () => {
  const step = { edge, from: undefined, count: { 'memberships.exported': 1 } };
  expect(factsOf(step, 'application').map(({ objectId, fact }) => [objectId, fact.did])).toEqual([
    ['g', 'members-added'],
    ['m', 'joined'],
  ]);
});

it('one that is taken away in Entra says why', () => {
  const from: Edge = { ...edge, removal: { ...removal, evidence: 'application' } };
  const gone = { ...edge, wanted: false, direct: false, applied: false };
  const step = { edge: gone, from, count: { 'memberships.deleted': 1 } };
  const why = 'the application has taken it away';
  expect(factsOf(step, 'decision').map(({ fact }) => fact)).toEqual([
    { did: 'members-removed', ids: ['m'], evidence: why },
    { did: 'left', ids: ['g'], evidence: why },
  ]);
});

it('a manager who is written to Entra is exported, and so is none', () => {
  const set = { edge: manager, from: undefined, count: { 'users.exported': 1 } };
  const cleared = {
    dropEdge: { ...manager, removal: { ...removal, evidence: 'application' as const } },
  };
  const told = [set, cleared].flatMap((step) => factsOf(step, 'application'));
  expect(told.map(({ fact }) => fact.did)).toEqual(['exported', 'exported']);
});
