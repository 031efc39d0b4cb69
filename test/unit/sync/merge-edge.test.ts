import { expect, it } from 'vitest';
import type { Edge } from '../../../lib/sync/edge.ts';
import { type EdgeVerdict, mergeEdge } from '../../../lib/sync/merge-edge.ts';

const agreed: Edge = {
  holder: 'g',
  member: 'u',
  relation: 'member',
  memberKind: 'user',
  wanted: true,
  direct: true,
  via: null,
  applied: true,
  sighted: 'r1',
  removal: null,
};
const at = { at: 1, doubts: 0, isFree: false };
const pending: Edge = { ...agreed, applied: false };
const ended: Edge = {
  ...agreed,
  wanted: false,
  direct: false,
  removal: { ...at, state: 'waiting', evidence: 'removed' },
};
const contradicted: Edge = {
  ...ended,
  removal: { ...at, state: 'doubted', doubts: 1, evidence: 'missing' },
};
const withdrawn: Edge = {
  ...agreed,
  removal: { ...at, state: 'held', evidence: 'application' },
};
const resting: Edge = {
  ...agreed,
  removal: { ...at, state: 'resting', evidence: 'application' },
};
const trace: Edge = {
  ...agreed,
  wanted: false,
  direct: false,
  applied: false,
  sent: { there: false, at: 1 },
};
const refusal = { reason: 'entra-later', attempts: 1, due: 2, since: 1, detail: 'busy' } as const;
const wish: Edge = { ...pending, wanted: false, direct: false, refused: refusal };
const kept: Edge = { ...agreed, refused: refusal };
const derived: Edge = { ...agreed, direct: false, via: 'h' };

const HOLDS = { holds: true, hasTakenAway: false };
const TAKEN = { holds: false, hasTakenAway: true };
const LACKS = { holds: false, hasTakenAway: false };

it.each<[string, Edge | undefined, typeof HOLDS, EdgeVerdict]>([
  ['the application alone holds it', undefined, HOLDS, 'add'],
  ['nobody holds it', undefined, TAKEN, 'nothing'],
  ['both hold it, and never met', pending, HOLDS, 'both'],
  ['it is about to be given', pending, TAKEN, 'nothing'],
  ['both hold it', agreed, HOLDS, 'nothing'],
  ['a client has taken it away', agreed, TAKEN, 'withdraw'],
  ['it is not there, and nobody took it away', agreed, LACKS, 'nothing'],
  ['it stands by a nested group alone', derived, TAKEN, 'give'],
  ['Entra took it away', ended, HOLDS, 'nothing'],
  ['both took it away', ended, TAKEN, 'neither'],
  ['both took it away, one silently', ended, LACKS, 'neither'],
  ['Entra’s removal is contradicted', contradicted, TAKEN, 'withdraw'],
  ['Entra’s removal is contradicted, and nobody took it away', contradicted, LACKS, 'neither'],
  ['it is back before the decision', withdrawn, HOLDS, 'both'],
  ['it waits for the decision', withdrawn, TAKEN, 'nothing'],
  ['an end is back that rested', resting, TAKEN, 'withdraw'],
  ['it is back while an end rests', resting, HOLDS, 'both'],
  ['it was taken away in Entra, and is back', trace, HOLDS, 'add'],
  ['it was taken away in Entra', trace, LACKS, 'neither'],
  ['Entra did not take it', wish, HOLDS, 'add'],
  ['nobody wants any more what Entra did not take', wish, LACKS, 'neither'],
  ['Entra did not let it go', kept, TAKEN, 'withdraw'],
  ['it is back where Entra did not let it go', kept, HOLDS, 'both'],
])('%s', (_, edge, word, verdict) => {
  expect(mergeEdge(edge, word)).toBe(verdict);
});
