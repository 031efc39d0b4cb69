import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Entry, Value } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { appOf } from '../sides.ts';
import { type Judge, type JudgeNeeds, judgeOf } from './judge.ts';

type Needs = Pick<Services, 'lanes' | 'directories'> & JudgeNeeds;

/** A name that one claims and another holds. */
export interface NameClaim {
  readonly holder: Entry;
  readonly wanted: Value | undefined;
}

/**
 * Frees a name for the one that claims it: an entry whose object was removed, or claims another name
 * by now, is given a placeholder; its own lane gives it the name it should have. So leavers yield
 * their names, and two who swap them both come through.
 * @param claim the name, and the entry that was found to hold it
 * @returns whether it makes sense to try again
 */
export async function freeName(
  needs: Needs,
  connection: StoredConnection,
  claim: NameClaim,
): Promise<boolean> {
  const { holder } = claim;
  if (!(await yieldsName(needs, connection, claim))) return false;
  // It has let go since: what it holds now is its own, though its link may not say so yet.
  if (foldName(String(holder.attributes.userName)) !== foldName(String(claim.wanted))) return true;
  // Never a real address (RFC 2606 section 2).
  const set = { userName: `${holder.externalId}@yielded.invalid` };
  const change = { kind: holder.kind, id: holder.id, version: holder.version, set, clear: [] };
  const [outcome] = await appOf(needs, connection).update([change]);
  return outcome !== undefined && (outcome.ok || outcome.reason === 'changed');
}

/** Whether an entry would let go of the name that it holds: its object has no claim to it. */
export async function yieldsName(
  needs: Needs,
  connection: StoredConnection,
  { holder, wanted }: NameClaim,
): Promise<boolean> {
  const { externalId } = holder;
  if (holder.kind !== 'user' || externalId === undefined || wanted === undefined) return false;
  if (foldName(String(holder.attributes.userName)) !== foldName(String(wanted))) return true;
  const lane = await needs.lanes.open(connection.id, laneOf(externalId));
  const link = (await needs.lanes.links(lane, [externalId])).get(externalId);
  if (!link) return false;
  return !isClaimed(await judgeOf(needs, connection, [link]), link, holder);
}

/**
 * Whether the object of an entry has a claim to the name that it holds. A removal that waits, or is
 * held, may never be carried out: until it is, the name is kept.
 */
export function isClaimed(
  judge: Pick<Judge, 'standing' | 'decide'>,
  link: Link,
  holder: Entry,
): boolean {
  const isLeaving = link.seen.removed !== undefined || judge.standing(link).is === 'out';
  if (isLeaving) return link.state !== 'removed';
  const decision = judge.decide(link, true);
  const claimed = decision.do === 'compare' ? decision.entra.attributes.userName : undefined;
  return foldName(String(claimed)) === foldName(String(holder.attributes.userName));
}
