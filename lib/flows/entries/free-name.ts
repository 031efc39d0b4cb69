import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Entry, Value } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Half, Link } from '../../sync/link.ts';
import { appOf } from '../sides.ts';
import { type Judge, type JudgeNeeds, judgeOf } from './judge.ts';

type Needs = Pick<Services, 'lanes' | 'directories'> & JudgeNeeds;

/** A name that one claims and another holds. */
interface HeldName {
  readonly holder: Entry;
  readonly wanted: Value | undefined;
}

export interface Claim extends HeldName {
  /** It was taken the last time, too. */
  readonly isRepeated: boolean;
}

/**
 * Frees a name for the one that claims it: an entry whose object was removed, or claims another name
 * by now, is given a placeholder; its own lane gives it the name it should have. So leavers yield
 * their names, and two who swap them both come through. A name of which the holder's lane knows
 * nothing is freed the second time.
 * @param claim the name, and the entry that was found to hold it
 * @returns whether it makes sense to try again
 */
export async function freeName(
  needs: Needs,
  connection: StoredConnection,
  { holder, wanted, isRepeated }: Claim,
): Promise<boolean> {
  const name = nameOf(holder);
  if (!isHolder(holder) || wanted === undefined) return false;
  // It has let go since: what it holds now is its own, though its link may not say so yet.
  if (name !== foldName(String(wanted))) return true;
  const link = await linkOf(needs, connection, holder);
  if (!link || isClaimed(await judgeOf(needs, connection, [link]), link, holder)) return false;
  // Its own lane may be giving it this name just now, and have yet to save that.
  if (nameOf(link.agreed?.app) !== name && !isRepeated) return false;
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
  { holder, wanted }: HeldName,
): Promise<boolean> {
  if (!isHolder(holder) || wanted === undefined) return false;
  if (nameOf(holder) !== foldName(String(wanted))) return true;
  const link = await linkOf(needs, connection, holder);
  return link !== undefined && !isClaimed(await judgeOf(needs, connection, [link]), link, holder);
}

type Holder = Entry & { readonly externalId: string };

/** Whether an entry stands for a user, whose name Entra decides on. */
function isHolder(entry: Entry): entry is Holder {
  return entry.kind === 'user' && entry.externalId !== undefined;
}

async function linkOf(
  { lanes }: Pick<Needs, 'lanes'>,
  connection: StoredConnection,
  { externalId }: Holder,
): Promise<Link | undefined> {
  const lane = await lanes.open(connection.id, laneOf(externalId));
  return (await lanes.links(lane, [externalId])).get(externalId);
}

function nameOf(half: Pick<Half, 'attributes'> | undefined): string {
  return foldName(String(half?.attributes.userName));
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
  return nameOf(decision.do === 'compare' ? decision.entra : undefined) === nameOf(holder);
}
