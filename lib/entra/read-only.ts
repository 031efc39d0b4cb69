import { z } from 'zod';
import type { Kind } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { readById } from './read-by-id.ts';
import type { WriteSubject } from './write-request.ts';
import { objectPath } from './write-request.ts';

/** What decides whether Graph lets an object be written. */
const NATURE = z.object({
  onPremisesSyncEnabled: z.boolean().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  mailEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});
export type Nature = z.infer<typeof NATURE>;

const SELECT: Readonly<Record<Kind, string>> = {
  user: 'onPremisesSyncEnabled',
  group: 'onPremisesSyncEnabled,groupTypes,mailEnabled,isAssignableToRole',
};

/**
 * The natures of objects by id; those that Graph does not know are missing. 20 a request.
 * @throws AppError as `Graph.send`
 */
export async function readNatures(
  graph: Graph,
  kind: Kind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Nature>> {
  const natures = new Map<string, Nature>();
  const path = (id: string) => `${objectPath(kind, id)}?$select=${SELECT[kind]}`;
  for await (const found of readById(graph, ids, { path, answer: NATURE }))
    for (const [id, nature] of found) natures.set(id, nature);
  return natures;
}

/**
 * Why Graph does not let this be written, whoever asks (Graph docs: groups overview; the messages of
 * its refusals are not stable, these properties are). Undefined where nothing speaks against it.
 */
export function whyReadOnly({ part }: WriteSubject, nature: Nature): string | undefined {
  const types = nature.groupTypes ?? [];
  if (nature.onPremisesSyncEnabled === true) return 'it is synced from on-premises';
  if (nature.mailEnabled === true && !types.includes('Unified'))
    return 'it is a mail-enabled group, which only Exchange writes';
  if (part === 'members' && types.includes('DynamicMembership'))
    return 'its members follow from a rule';
  return undefined;
}
