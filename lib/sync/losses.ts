import { z } from 'zod';

/** What can be taken away, as the guard counts it. `entitlements` are users who lose
 * one, `attributes` objects that lose a value. */
export const lossKindSchema = z.enum([
  'users',
  'groups',
  'memberships',
  'entitlements',
  'attributes',
]);
export type LossKind = z.infer<typeof lossKindSchema>;
export const LOSS_KINDS = lossKindSchema.options;

const count = z.number().int().nonnegative();
export const lossesSchema = z.object({
  users: count,
  groups: count,
  memberships: count,
  /** Rows of before there were entitlements have none. */
  entitlements: count.default(0),
  attributes: count,
});
/** How many losses there are of each kind. */
export type Losses = Readonly<z.infer<typeof lossesSchema>>;

export const NO_LOSSES: Losses = {
  users: 0,
  groups: 0,
  memberships: 0,
  entitlements: 0,
  attributes: 0,
};

export function addLosses(a: Losses, b: Partial<Losses>): Losses {
  return {
    users: a.users + (b.users ?? 0),
    groups: a.groups + (b.groups ?? 0),
    memberships: a.memberships + (b.memberships ?? 0),
    entitlements: a.entitlements + (b.entitlements ?? 0),
    attributes: a.attributes + (b.attributes ?? 0),
  };
}

/** How many they are, of all kinds. */
export function countLosses(losses: Losses): number {
  return LOSS_KINDS.reduce((sum, kind) => sum + losses[kind], 0);
}
