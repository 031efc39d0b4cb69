import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { MembersStep } from '../../sync/explain/steps.ts';
import { laneOf } from '../../sync/lanes.ts';

/** Whoever asks waits for the answer. */
const MOST_COUNTED = 20_000;

/** How many members of a group the sync knows of, and how many of them the application has. */
export async function countMembers(
  { lanes }: Pick<Services, 'lanes'>,
  connection: StoredConnection,
  groupId: string,
): Promise<MembersStep> {
  const lane = await lanes.open(connection.id, laneOf(groupId));
  let known = 0;
  let inApplication = 0;
  for await (const edges of lanes.edgesOf(lane, groupId)) {
    if (known >= MOST_COUNTED) return membersStep(known, inApplication, true);
    known += edges.filter(({ wanted }) => wanted).length;
    inApplication += edges.filter(({ applied }) => applied).length;
  }
  return membersStep(known, inApplication, false);
}

function membersStep(known: number, inApplication: number, isMore: boolean): MembersStep {
  const detail = 'memberships are left to the sync, which reads their changes in its rounds';
  const more = isMore ? { more: true as const } : {};
  return { step: 'members', ok: true, known, inApplication, ...more, detail };
}
