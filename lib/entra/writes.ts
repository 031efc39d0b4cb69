import type { EntraWrites } from '../ports/entra-writes.ts';
import { addMembers } from './add-members.ts';
import type { GraphOptions } from './client.ts';
import { findBy } from './find-by.ts';
import { ofEntra } from './of-entra.ts';
import { removeMembers } from './remove-members.ts';
import { setManagers } from './set-managers.ts';
import { createObjects, removeObjects, updateObjects } from './write-objects.ts';
import type { WritePacing } from './write-pacing.ts';
import { openWriter } from './writer.ts';

/** Seconds between the tries of links to objects that replicas may not know yet. */
const LAG_SECONDS: readonly number[] = [2, 5];

/**
 * Opens an Entra tenant for writing.
 * @param pacing one for all that this process writes to the tenant
 * @param lagSeconds pauses before links to unknown objects are tried again: replicas learn of new
 *   objects within seconds (Graph docs: update group)
 * @throws AppError `bad-configuration` when the base URL is no https address
 */
export function openEntraWrites(
  options: GraphOptions,
  pacing: WritePacing,
  lagSeconds = LAG_SECONDS,
): EntraWrites {
  const writer = openWriter(options, pacing);
  return {
    create: (drafts, priority) => aboutEntra(createObjects(writer, drafts, priority)),
    update: (changes, priority) => aboutEntra(updateObjects(writer, changes, priority)),
    remove: (kind, ids, priority) => {
      const objects = ids.map((id) => ({ kind, id }));
      return aboutEntra(removeObjects(writer, objects, priority));
    },
    setManagers: (pairs, priority) =>
      aboutEntra(setManagers(writer, { pairs, priority }, lagSeconds)),
    addMembers: (pairs, priority) =>
      aboutEntra(addMembers(writer, { pairs, priority }, lagSeconds)),
    removeMembers: (pairs, priority) => aboutEntra(removeMembers(writer, pairs, priority)),
    findBy: (kind, property, values) =>
      aboutEntra(findBy(writer.graph, { kind, property }, values)),
  };
}

async function aboutEntra<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw ofEntra(error);
  }
}
