import type { ChangeFeed } from '../ports/entra.ts';
import { type GraphOptions, openGraph } from './client.ts';
import { readPage } from './delta.ts';
import { findAlive } from './find-alive.ts';
import { findRestorable } from './find-restorable.ts';
import { findMembers } from './members.ts';
import { readManagers } from './read-managers.ts';
import { readObjects } from './read-objects.ts';

/** Opens an Entra tenant as a side whose changes can be read. */
export function openEntra(options: GraphOptions): ChangeFeed {
  const graph = openGraph(options);
  return {
    readPage: (kind, link) => readPage(graph, kind, link),
    alive: (kind, ids) => findAlive(graph, kind, ids),
    restorable: (kind, ids) => findRestorable(graph, kind, ids),
    members: (groupId, ids) => findMembers(graph, groupId, ids),
    managers: (userIds) => readManagers(graph, userIds),
    read: (kind, ids) => readObjects(graph, kind, ids),
  };
}
