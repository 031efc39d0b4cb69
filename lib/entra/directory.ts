import type { ChangeFeed } from '../ports/entra.ts';
import type { Selection } from '../sync/rules/properties.ts';
import { type GraphOptions, openGraph } from './client.ts';
import { readPage } from './delta.ts';
import { findAlive } from './find-alive.ts';
import { findByName } from './find-by-name.ts';
import { findRestorable } from './find-restorable.ts';
import { findMembers } from './members.ts';
import { readManagers } from './read-managers.ts';
import { readObjects } from './read-objects.ts';
import { readingsOf } from './reading.ts';

/**
 * Opens an Entra tenant as a side whose changes can be read.
 * @param selection what is read of its objects: nothing else is asked for, nor handed on
 * @param ofGroups how groups are reached, where they have a credential of their own
 * @throws AppError `bad-configuration` where the selection names what is no property
 */
export function openEntra(
  options: GraphOptions,
  selection: Selection,
  ofGroups: GraphOptions = options,
): ChangeFeed {
  const graphs = { user: openGraph(options), group: openGraph(ofGroups) };
  const readings = readingsOf(selection);
  return {
    readPage: (kind, link) => readPage(graphs[kind], readings[kind], link),
    alive: (kind, ids) => findAlive(graphs[kind], kind, ids),
    restorable: (kind, ids) => findRestorable(graphs[kind], kind, ids),
    members: (groupId, ids) => findMembers(graphs.group, groupId, ids),
    managers: (userIds) => readManagers(graphs.user, userIds),
    read: (kind, ids) => readObjects(graphs[kind], readings[kind], ids),
    named: (kind, texts) => findByName(graphs[kind], kind, texts),
  };
}
