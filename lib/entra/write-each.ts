import type { EntraOutcome, WritePriority } from '../ports/entra-writes.ts';
import { isGuid } from './guid.ts';
import type { WriteRequest } from './write-request.ts';
import type { Writer } from './writer.ts';

/** How one of many is written. */
export interface Writing<T> {
  /** The ids in the request's path. */
  readonly ids?: (one: T) => readonly string[];
  /** The ids in its body. */
  readonly links?: (one: T) => readonly string[];
  /** Only asked where all of them are GUIDs, and 20 at most. */
  readonly request: (one: T) => WriteRequest;
}

/** Links to other objects that one request takes (Graph docs: create group, update group). */
export const LINKS_A_REQUEST = 20;

/** One request for each; what has impossible ids, or too many, is refused without being sent. */
export async function writeEach<T>(
  writer: Writer,
  { all, priority }: { readonly all: readonly T[]; readonly priority: WritePriority },
  { ids = none, links = none, request }: Writing<T>,
): Promise<readonly EntraOutcome[]> {
  const faults = all.map((one) => faultIn(ids(one), links(one)));
  const possible = all.filter((_, place) => faults[place] === undefined);
  const outcomes = (await writer.write(possible.map(request), priority)).values();
  return faults.flatMap((fault) => fault ?? outcomes.next().value ?? []);
}

const none = (): readonly string[] => [];

function faultIn(ids: readonly string[], links: readonly string[]): EntraOutcome | undefined {
  if (![...ids, ...links].every(isGuid))
    return { ok: false, reason: 'refused', detail: 'an id is no GUID' };
  if (links.length <= LINKS_A_REQUEST) return undefined;
  const detail = `one request takes ${LINKS_A_REQUEST} members at most`;
  return { ok: false, reason: 'refused', detail };
}
