import { z } from 'zod';
import type { Edge } from '../sync/edge.ts';
import { type Dirty, dirtyReasonSchema, type Link, NEVER } from '../sync/link.ts';
import { countSchema, EXAMPLE, kindSchema, timeSchema } from './views.ts';

export const failureReasonSchema = dirtyReasonSchema.exclude(['removal', 'held']);

const shared = {
  /** A removal that failed stays one until it is done. */
  isRemoval: z.boolean(),
  reason: failureReasonSchema,
  detail: z.string().nullable(),
  attempts: countSchema,
  since: timeSchema,
  /** Null = not by itself. */
  nextTry: timeSchema.nullable(),
};

/** An object that could not be brought in step; or a membership, or a manager, that Entra refused. */
export const failureSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...shared,
    id: z.string(),
    kind: kindSchema,
    name: z.string().nullable(),
    /** The application's id of the entry; null = it has none. */
    appId: z.string().nullable(),
  }),
  z.strictObject({
    ...shared,
    kind: z.literal('membership'),
    groupId: z.string(),
    memberId: z.string(),
    memberKind: kindSchema,
  }),
  z.strictObject({
    ...shared,
    kind: z.literal('manager'),
    userId: z.string(),
    managerId: z.string(),
  }),
]);
type FailureView = z.infer<typeof failureSchema>;

/** Of a link that is dirty for such a reason; nothing of any other. */
export function failedObject({ kind, entraId, appId, seen, dirty }: Link): FailureView[] {
  const { displayName } = seen.properties;
  const name = typeof displayName === 'string' ? displayName : null;
  const isRemoval = seen.removed !== undefined;
  return whyOf(dirty).map((why) => ({ ...why, id: entraId, kind, name, appId, isRemoval }));
}

/** Of an edge that Entra did not take, or did not let go; nothing of any other. */
export function failedEdge(edge: Edge): FailureView[] {
  const { holder, member, memberKind, relation, wanted: isRemoval, refused } = edge;
  return whyOf(refused ?? null).map((why): FailureView => {
    if (relation === 'manager')
      return { ...why, isRemoval, kind: 'manager', userId: holder, managerId: member };
    return { ...why, isRemoval, kind: 'membership', groupId: holder, memberId: member, memberKind };
  });
}

type Why = Pick<Dirty, 'reason' | 'attempts' | 'since' | 'due' | 'detail'>;

function whyOf(why: Why | null) {
  const reason = failureReasonSchema.safeParse(why?.reason);
  if (!why || !reason.success) return [];
  return [
    {
      reason: reason.data,
      detail: why.detail ?? null,
      attempts: why.attempts,
      since: new Date(why.since).toISOString(),
      nextTry: why.due === NEVER ? null : new Date(why.due).toISOString(),
    },
  ];
}

export const FAILURE_EXAMPLE: FailureView = {
  id: EXAMPLE.userId,
  kind: 'user',
  name: 'Anaïs Tanaka',
  appId: null,
  isRemoval: false,
  reason: 'name-taken',
  detail: 'another entry holds the user name',
  attempts: 2,
  since: EXAMPLE.at,
  nextTry: EXAMPLE.later,
};
