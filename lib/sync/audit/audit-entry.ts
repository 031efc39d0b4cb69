import { z } from 'zod';
import { lossKindSchema } from '../losses.ts';

/**
 * What was done about an object, or decided.
 *
 * | did | means |
 * | --- | --- |
 * | created, adopted | the application was given an entry, or had one that was tied to the object |
 * | updated | attributes were written to the application |
 * | reactivated, deactivated, deleted | the application's entry was |
 * | exported | attributes were written to Entra |
 * | disabled-in-entra, deleted-in-entra | the object was, because the application did so |
 * | refused | Entra did not take them |
 * | conflict | both sides had changed the attributes; the winner's value stays |
 * | entitlements-given, entitlements-taken | in the application |
 * | members-added, members-removed | of a group, with the members' ids |
 * | joined, left | the same from the member's side, with the group's id |
 * | failed, skipped, waits | nothing was done, for the reason |
 * | settled | what was wrong is over, and nothing had to be done |
 * | held | the guard keeps a removal for an administrator |
 * | approved, rejected, dismissed | an administrator's word on a removal that was held, or on a failure |
 */
const didSchema = z.enum([
  'created',
  'adopted',
  'updated',
  'reactivated',
  'deactivated',
  'deleted',
  'exported',
  'disabled-in-entra',
  'deleted-in-entra',
  'refused',
  'conflict',
  'entitlements-given',
  'entitlements-taken',
  'members-added',
  'members-removed',
  'joined',
  'left',
  'failed',
  'skipped',
  'waits',
  'settled',
  'held',
  'approved',
  'rejected',
  'dismissed',
]);
export type Did = z.infer<typeof didSchema>;

/** One thing that was done or decided. Names and ids only, never a value of an object. */
export const factSchema = z.object({
  did: didSchema,
  /** Attributes by their SCIM names, `active` and `manager` among them. */
  attributes: z.array(z.string()).optional(),
  /** Entitlements, as the rules name them. */
  entitlements: z.array(z.string()).optional(),
  /** Whose value stays in a conflict. */
  winner: z.enum(['entra', 'app']).optional(),
  /** Members of the group, or groups of the member, by their Entra ids. */
  ids: z.array(z.string()).optional(),
  /** A code: what stood in the way. */
  reason: z.string().optional(),
  /** The same in words. */
  detail: z.string().optional(),
  /** What a removal counts as. */
  loss: lossKindSchema.optional(),
  /** What spoke for a removal. */
  evidence: z.string().optional(),
  /** An administrator had approved it. */
  approved: z.boolean().optional(),
});
export type Fact = z.infer<typeof factSchema>;

/** A fact, and the object whose history it belongs to. */
export interface Told {
  readonly objectId: string;
  readonly kind: 'user' | 'group';
  readonly fact: Fact;
}

/**
 * What made a lane do something.
 *
 * | cause | means |
 * | --- | --- |
 * | entra | Entra has shown it: a delta, a full reading, a read by id |
 * | application | the application has written |
 * | provisioning | Entra's provisioning service has written |
 * | rules | the rules, or who they apply to, have changed |
 * | others | another object has changed on which it depends |
 * | decision | removals that waited were carried out, or held |
 * | administrator | an administrator's word |
 * | retry | it was due again |
 * | recovery | the application was back |
 */
const causeSchema = z.enum([
  'entra',
  'application',
  'provisioning',
  'rules',
  'others',
  'decision',
  'administrator',
  'retry',
  'recovery',
]);
export type Cause = z.infer<typeof causeSchema>;

/** Under which circumstances things were done. */
export const whySchema = z.object({
  /** Milliseconds since 1970. */
  at: z.number().int().nonnegative(),
  cause: causeSchema,
  /** The run that it belongs to; absent outside of runs. */
  runId: z.string().optional(),
  /** The administrator whose word it was. */
  by: z.string().optional(),
});
export type Why = z.infer<typeof whySchema>;

/** What was done about one object at once. */
export interface AuditEntry extends Why {
  readonly objectId: string;
  readonly kind: 'user' | 'group';
  readonly facts: readonly Fact[];
}

/** What a write of a link has written, by the attributes' names; of what nothing is known, nothing. */
export interface Wrote {
  readonly app?: readonly string[];
  readonly entra?: readonly string[];
  /** Entra did not take these. */
  readonly refused?: readonly string[];
  /** Both sides had changed these: who won. */
  readonly conflicts?: Readonly<Record<'entra' | 'app', readonly string[]>>;
  /** The entry was switched on, or off. */
  readonly active?: boolean;
}

/** What two writes of one link have written together. */
export function wroteTogether(a: Wrote = {}, b: Wrote = {}): Wrote {
  const both = (one: readonly string[] = [], other: readonly string[] = []) => [
    ...new Set([...one, ...other]),
  ];
  const active = b.active ?? a.active;
  return {
    app: both(a.app, b.app),
    entra: both(a.entra, b.entra),
    refused: both(a.refused, b.refused),
    conflicts: {
      entra: both(a.conflicts?.entra, b.conflicts?.entra),
      app: both(a.conflicts?.app, b.conflicts?.app),
    },
    ...(active !== undefined && { active }),
  };
}
