import type {
  EntraChange,
  EntraDraft,
  EntraOutcome,
  WritePriority,
} from '../ports/entra-writes.ts';
import type { Kind } from '../sync/entry.ts';
import { COLLECTION } from './collection.ts';
import type { GraphBase } from './graph-base.ts';
import { writeEach } from './write-each.ts';
import { isUnknown } from './write-refusal.ts';
import { objectPath, referenceTo, type WriteRequest } from './write-request.ts';
import type { Writer } from './writer.ts';

/** Makes objects, each sent once only; see `create` of the ports. */
export function createObjects(
  writer: Writer,
  drafts: readonly EntraDraft[],
  priority: WritePriority,
): Promise<readonly EntraOutcome[]> {
  return writeEach(
    writer,
    { all: drafts, priority },
    {
      links: ({ members = [] }) => members,
      request: (draft) => creationOf(writer.graph.base, draft),
    },
  );
}

/** Changes objects; see `update` of the ports. */
export function updateObjects(
  writer: Writer,
  changes: readonly EntraChange[],
  priority: WritePriority,
): Promise<readonly EntraOutcome[]> {
  return writeEach(
    writer,
    { all: changes, priority },
    {
      ids: ({ id }) => [id],
      request: ({ kind, id, properties }) => ({
        method: 'PATCH',
        path: objectPath(kind, id),
        body: properties,
        subject: { kind, id, part: 'object' },
      }),
    },
  );
}

/** Deletes objects; see `remove` of the ports. */
export function removeObjects(
  writer: Writer,
  objects: readonly { readonly kind: Kind; readonly id: string }[],
  priority: WritePriority,
): Promise<readonly EntraOutcome[]> {
  return writeEach(
    writer,
    { all: objects, priority },
    {
      ids: ({ id }) => [id],
      request: ({ kind, id }) => ({
        method: 'DELETE',
        path: objectPath(kind, id),
        subject: { kind, id, part: 'object' },
        isSoAlready: isUnknown,
      }),
    },
  );
}

function creationOf(base: GraphBase, { kind, properties, members = [] }: EntraDraft): WriteRequest {
  const links = members.map((id) => referenceTo(base, id));
  return {
    method: 'POST',
    path: COLLECTION[kind],
    body: { ...properties, ...(links.length > 0 && { 'members@odata.bind': links }) },
    subject: { kind, part: 'object' },
  };
}
