import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';

const USERS_A_MESSAGE = 1_000;

/** Has the lane of the target group look whether users are to be its members; where there is one. */
export async function tellTarget(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId'>[],
): Promise<void> {
  const target = targetGroupOf(rulesOf(connection));
  if (target === undefined) return;
  const users = links.flatMap(({ kind, entraId }) => (kind === 'user' ? [entraId] : []));
  const envelope = { ...outsideRuns(connection, clock.now()), lane: laneOf(target) };
  for (const some of chunks(users, USERS_A_MESSAGE))
    await bus.send('changes', [toLane({ ...envelope, kind: 'target', users: some })]);
}
