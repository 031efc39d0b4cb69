import type { StoredConnection } from '../../ports/connections.ts';
import type { Edge } from '../../sync/edge.ts';
import { isOfTarget, isWithdrawal } from '../../sync/edge-export.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';

type Related = Pick<Edge, 'relation'>;

/** Where a kind is not imported, neither are the memberships of groups, or the managers of users. */
export function reachesApp(connection: StoredConnection, { relation }: Related): boolean {
  const { users, groups } = rulesOf(connection).settings;
  return relation === 'member' ? groups.import : users.import;
}

/** Whether what the application does about such an edge flows to Entra. */
export function reachesEntra(connection: StoredConnection, { relation }: Related): boolean {
  const { settings, selection } = rulesOf(connection);
  if (relation === 'member') return settings.groups.export;
  return settings.users.export && selection.relationships.user;
}

/** Whether an edge's removal can be carried out at all, on the side that is to lose it. */
export function isRemovable(connection: StoredConnection, edge: Edge): boolean {
  if (isOfTarget(edge)) return targetGroupOf(rulesOf(connection)) === edge.holder;
  return isWithdrawal(edge) ? reachesEntra(connection, edge) : reachesApp(connection, edge);
}
