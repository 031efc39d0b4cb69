import { z } from 'zod';
import { EDGE_EVIDENCE } from '../sync/audit/edge-facts.ts';
import { type Edge, edgeLoss } from '../sync/edge.ts';
import { isWithdrawal } from '../sync/edge-export.ts';
import type { Deletion } from '../sync/given-up.ts';
import { type GuardSettings, thresholdOf, thresholdSchema } from '../sync/guard.ts';
import type { Link } from '../sync/link.ts';
import { saysDisabledInEntra } from '../sync/loss-evidence.ts';
import { type LossKind, lossKindSchema } from '../sync/losses.ts';
import { leavingViewSchema } from './connection-view.ts';
import { EXAMPLE, kindSchema, timeSchema } from './views.ts';

const shared = { kind: lossKindSchema, since: timeSchema };
/** The side that is to lose it. */
const side = z.enum(['app', 'entra']);

/** A removal that the guard holds: of an object, a membership, or a manager. */
export const heldViewSchema = z.discriminatedUnion('action', [
  z.strictObject({
    ...shared,
    action: z.enum(['deactivate', 'delete', 'clear', 'disable-in-entra', 'delete-in-entra']),
    id: z.string(),
    name: z.string().nullable(),
    appId: z.string().nullable(),
    evidence: z.string().nullable(),
  }),
  z.strictObject({
    ...shared,
    action: z.literal('remove-member'),
    side,
    groupId: z.string(),
    memberId: z.string(),
    memberKind: kindSchema,
    evidence: z.string(),
  }),
  z.strictObject({
    ...shared,
    action: z.literal('remove-manager'),
    side,
    userId: z.string(),
    managerId: z.string(),
    evidence: z.string(),
  }),
]);
type HeldView = z.infer<typeof heldViewSchema>;

/**
 * A link of which something is held; nothing of one that was decided on meanwhile.
 * @param deletion what becomes of objects whose entries the application deletes
 */
export function heldObject(link: Link, deletion: Deletion): HeldView[] {
  const { entraId, appId, seen, dirty } = link;
  if (dirty?.loss === undefined) return [];
  const { displayName } = seen.properties;
  return [
    {
      kind: dirty.loss,
      action: actionOn(link, deletion),
      id: entraId,
      name: typeof displayName === 'string' ? displayName : null,
      appId,
      evidence: dirty.evidence ?? null,
      since: new Date(dirty.since).toISOString(),
    },
  ];
}

function actionOn({ kind, seen, givenUp, dirty }: Link, deletion: Deletion) {
  if (givenUp === 'waits' && !seen.removed)
    return deletion === 'delete' ? 'delete-in-entra' : 'disable-in-entra';
  if (!seen.removed && dirty?.loss !== 'users') return 'clear';
  if (!seen.removed && saysDisabledInEntra(dirty?.evidence ?? '')) return 'disable-in-entra';
  return seen.removed === 'deleted' || kind === 'group' ? 'delete' : 'deactivate';
}

/** An edge that is held; nothing of one that nobody loses any more. */
export function heldEdge(edge: Edge): HeldView[] {
  const { holder, member, memberKind, relation, removal } = edge;
  const kind = edgeLoss(edge);
  if (kind === undefined) return [];
  const common = {
    kind,
    side: isWithdrawal(edge) ? ('entra' as const) : ('app' as const),
    evidence: EDGE_EVIDENCE[removal?.evidence ?? 'removed'],
    since: new Date(removal?.at ?? 0).toISOString(),
  };
  return relation === 'member'
    ? [{ ...common, action: 'remove-member', groupId: holder, memberId: member, memberKind }]
    : [{ ...common, action: 'remove-manager', userId: holder, managerId: member }];
}

export const HELD_EXAMPLE: HeldView = {
  kind: 'users',
  action: 'deactivate',
  id: EXAMPLE.userId,
  name: 'Anaïs Tanaka',
  appId: EXAMPLE.appId,
  evidence: 'Entra reported it as removed',
  since: EXAMPLE.at,
};

/** From when on removals are held, by kind. */
export const thresholdsSchema = z.strictObject({
  users: thresholdSchema,
  groups: thresholdSchema,
  memberships: thresholdSchema,
  entitlements: thresholdSchema,
  attributes: thresholdSchema,
});

export function thresholdsOf(guard: GuardSettings | undefined): z.infer<typeof thresholdsSchema> {
  const of = (kind: LossKind) => thresholdOf(guard ?? {}, kind);
  return {
    users: of('users'),
    groups: of('groups'),
    memberships: of('memberships'),
    entitlements: of('entitlements'),
    attributes: of('attributes'),
  };
}

/** What comes of a verdict. */
export const verdictAnswers = {
  200: {
    description: 'The removal of the connection is called off',
    body: z.strictObject({ verdict: z.enum(['approve', 'reject']) }),
    example: { verdict: 'reject' },
  },
  202: {
    description:
      'It is carried out in a run, or in the background where the connection itself goes',
    body: z.union([
      z.strictObject({
        verdict: z.enum(['approve', 'reject']),
        runId: z.string(),
        location: z.string(),
      }),
      z.strictObject({ verdict: z.enum(['approve', 'reject']), leaving: leavingViewSchema }),
    ]),
    example: {
      verdict: 'approve',
      runId: EXAMPLE.runId,
      location: `/manage/connections/contoso/runs/${EXAMPLE.runId}`,
    },
  },
} as const;
