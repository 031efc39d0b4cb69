import { z } from 'zod';
import type { Kind } from '../sync/entry.ts';

/** The end of a relationship, added or taken away, or any object of which only that is asked. */
export const LINK = z.object({
  '@odata.type': z.string(),
  id: z.string().min(1).max(128),
  '@removed': z.object({}).optional(),
});
export type Link = z.infer<typeof LINK>;

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['#microsoft.graph.user', 'user'],
  ['#microsoft.graph.group', 'group'],
]);

/** The kind of an object by its type; undefined for those that take no part in the sync. */
export function kindOf(link: Link): Kind | undefined {
  return KINDS.get(link['@odata.type'].toLowerCase());
}
