import type { StoredConnection } from '../ports/connections.ts';
import type { Services } from '../ports.ts';
import type { Entry, Value } from '../sync/entry.ts';
import { laneOf } from '../sync/lanes.ts';
import type { Link } from '../sync/link.ts';
import { map } from '../sync/mapping.ts';
import { DEFAULT_RULES } from '../sync/reconcile.ts';
import { appOf } from './sides.ts';

type Needs = Pick<Services, 'lanes' | 'directories'>;

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
  { holder, wanted }: NameClaim,
): Promise<boolean> {
  const { externalId } = holder;
  if (holder.kind !== 'user' || externalId === undefined || wanted === undefined) return false;
  // It has let go since: what it holds now is its own, though its link may not say so yet.
  if (folded(holder.attributes.userName) !== folded(wanted)) return true;
  const lane = await needs.lanes.open(connection.id, laneOf(externalId));
  const link = (await needs.lanes.links(lane, [externalId])).get(externalId);
  if (!link || isClaimed(link, holder)) return false;
  // Never a real address (RFC 2606 section 2).
  const set = { userName: `${externalId}@yielded.invalid` };
  const change = { kind: holder.kind, id: holder.id, version: holder.version, set, clear: [] };
  const [outcome] = await appOf(needs, connection).update([change]);
  return outcome !== undefined && (outcome.ok || outcome.reason === 'changed');
}

/** A removal that waits, or is held, may never be carried out: until it is, the name is kept. */
function isClaimed({ kind, seen, state }: Link, holder: Entry): boolean {
  if (seen.removed) return state !== 'removed';
  const { attributes } = map(kind, seen.properties, DEFAULT_RULES.mappings[kind]);
  return folded(attributes.userName) === folded(holder.attributes.userName);
}

/** Directories compare user names without case (RFC 7643 section 4.1.1). */
function folded(name: unknown): string {
  return String(name).trim().normalize('NFC').toLowerCase();
}
