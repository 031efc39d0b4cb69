import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { EdgeKey } from '../../sync/messages.ts';
import { flattens, viaOf } from '../../sync/rules/flattened.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';

/** By which nested group a pair stands; null = by none. */
export type FindVia = (pair: EdgeKey) => string | null;

/** Gathers by which groups, nested in a holder and not imported, others count as its members. */
export async function findVias(
  { ties, nesting }: Pick<Services, 'ties' | 'nesting'>,
  connection: StoredConnection,
  pairs: readonly EdgeKey[],
): Promise<FindVia> {
  if (pairs.length === 0 || !flattens(rulesOf(connection))) return () => null;
  // Of what changes in either of them after it was read here, the holder's lane is told again.
  const { sets } = await nesting.sets(connection.id);
  const members = [...new Set(pairs.map(({ member }) => member))];
  const groups = await ties.holdersOf(connection.id, members);
  return ({ holder, member }) =>
    holder === member ? null : viaOf(sets, holder, groups.get(member) ?? []);
}
