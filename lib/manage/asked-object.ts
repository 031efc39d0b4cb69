import { z } from 'zod';
import type { AskedObject } from '../flows/entries/find-object.ts';

const text = z.string().trim().min(1).max(256);

/** How a body names an object of the tenant. */
export const askedObjectShape = {
  /** Object id or userPrincipalName. */
  user: text.optional(),
  /** Object id or exact name. */
  group: text.optional(),
};

/** The object that a body names; undefined where it names none, or two. */
export function askedObject({
  user,
  group,
}: {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}): AskedObject | undefined {
  if (user !== undefined && group !== undefined) return undefined;
  if (user !== undefined) return { kind: 'user', text: user };
  return group === undefined ? undefined : { kind: 'group', text: group };
}
