import type { Edge } from '../sync/edge.ts';
import type { Link } from '../sync/link.ts';
import { duePrefix, edgeKey, HELD_PREFIX, linkKey, REMOVAL_PREFIX } from './keys.ts';

/**
 * Where a link stands in the index of what waits; undefined where nothing is to be done about it.
 *
 * | prefix | what |
 * | --- | --- |
 * | a time | due then |
 * | removal | to be decided on, or carried out, in a run |
 * | held | for an administrator |
 */
export function linkWaitingKey(link: Link | undefined): string | undefined {
  if (!link) return undefined;
  const key = linkKey(link.entraId);
  // A link whose holders were not told yet is due at once: a retry tells them.
  if (!link.dirty) return link.wakeDue ? `${duePrefix(0)}${key}` : undefined;
  if (link.dirty.reason === 'removal') return `${REMOVAL_PREFIX}${key}`;
  if (link.dirty.reason === 'held') return `${HELD_PREFIX}${key}`;
  return `${duePrefix(link.dirty.due)}${key}`;
}

/** The same of an edge: one that is to be taken away waits here, or that Entra did not take. */
export function edgeWaitingKey(edge: Edge | undefined): string | undefined {
  if (edge?.refused) return `${duePrefix(edge.refused.due)}${edgeKey(edge)}`;
  const removal = edge?.removal;
  if (!edge || !removal) return undefined;
  switch (removal.state) {
    case 'waiting':
    case 'approved':
      return `${REMOVAL_PREFIX}${edgeKey(edge)}`;
    case 'held':
      return `${HELD_PREFIX}${edgeKey(edge)}`;
    case 'doubted':
      return `${duePrefix(removal.at)}${edgeKey(edge)}`;
    case 'resting':
    case 'rejected':
      return undefined;
  }
}
