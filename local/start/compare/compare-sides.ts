import type { HostedListing } from '../../../lib/app/hosted/listing.ts';
import type { Entry, Kind } from '../../../lib/sync/entry.ts';
import { type Difference, Differences } from './difference.ts';
import { EntraSnapshot } from './entra-snapshot.ts';

/** How many there are on a side. */
export interface SideCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** The outcome of comparing both sides, object by object and membership by membership. */
export interface Comparison {
  /** Live users and groups, and memberships between them. */
  readonly entra: SideCounts;
  /** Read back; without inactive users whom Entra has soft-deleted, and their memberships. */
  readonly app: SideCounts;
  readonly differences: number;
  /** The first 20 of them. */
  readonly first: readonly Difference[];
}

/** Both sides as streams. */
export interface Sides {
  /** The lines of the tenant's dump. */
  readonly entra: AsyncIterable<string>;
  readonly app: Pick<HostedListing, 'listEntries' | 'listMemberships'>;
  readonly isSoftDeleted: (entraUserId: string) => Promise<boolean>;
}

/** Entra's number of an application's entry. A retired one is a user that Entra has soft-deleted. */
type Counterpart = number | 'retired' | 'unknown';

interface Comparing {
  readonly sides: Sides;
  readonly snapshot: EntraSnapshot;
  readonly found: Differences;
  /** By application id. */
  readonly counterparts: Map<string, Counterpart>;
  /** Application ids of managers by the user's number. */
  readonly managers: Map<number, string>;
  readonly app: { users: number; groups: number; memberships: number };
}

/**
 * Compares both sides. Keeps a few hundred bytes an object and 8 a membership: a directory of
 * 200,000 users and a million memberships needs some 300 MB, garbage included.
 */
export async function compareSides(sides: Sides): Promise<Comparison> {
  const snapshot = new EntraSnapshot();
  for await (const line of sides.entra) snapshot.read(line);
  snapshot.settle();
  const comparing: Comparing = {
    sides,
    snapshot,
    found: new Differences(),
    counterparts: new Map(),
    managers: new Map(),
    app: { users: 0, groups: 0, memberships: 0 },
  };
  await compareEntries(comparing, 'user');
  await compareEntries(comparing, 'group');
  compareManagers(comparing);
  await compareMemberships(comparing);
  const { found, app } = comparing;
  const { users, groups, members } = snapshot;
  const entra = { users, groups, memberships: members.size };
  return { entra, app, differences: found.count, first: found.first };
}

async function compareEntries(comparing: Comparing, kind: Kind): Promise<void> {
  for await (const entry of comparing.sides.app.listEntries(kind)) {
    const counterpart = await counterpartOf(comparing, entry);
    comparing.counterparts.set(entry.id, counterpart);
    if (counterpart === 'retired') continue;
    comparing.app[kind === 'user' ? 'users' : 'groups'] += 1;
    if (counterpart === 'unknown') comparing.found.add({ what: 'surplus', kind, id: entry.id });
    else compareEntry(comparing, entry, counterpart);
  }
  for (const number of comparing.snapshot.unmet()) {
    if (comparing.snapshot.kind(number) !== kind) continue;
    comparing.found.add({ what: 'missing', kind, id: comparing.snapshot.id(number) });
  }
}

/** An entry is its object's counterpart by its externalId; a second one for an object is surplus. */
async function counterpartOf({ snapshot, sides }: Comparing, entry: Entry): Promise<Counterpart> {
  const { kind, externalId, active } = entry;
  const number = snapshot.find(kind, externalId);
  if (number !== undefined) return snapshot.meet(number) ? number : 'unknown';
  if (kind === 'group' || active || externalId === undefined) return 'unknown';
  return (await sides.isSoftDeleted(externalId)) ? 'retired' : 'unknown';
}

function compareEntry(
  { snapshot, found, managers }: Comparing,
  entry: Entry & { readonly managerId?: string },
  number: number,
): void {
  const { kind, active, attributes, managerId } = entry;
  const id = snapshot.id(number);
  if (active !== snapshot.isActive(number)) found.add({ what: 'active', kind, id });
  for (const attribute of snapshot.differing(number, { active, attributes: { ...attributes } }))
    found.add({ what: 'attribute', kind, id, attribute });
  if (kind !== 'user') return;
  if (managerId !== undefined) managers.set(number, managerId);
  else if (snapshot.managerOf(number) !== undefined) found.add({ what: 'manager', kind, id });
}

/** Managers are compared when all users are known. A retired one may stay until it is purged. */
function compareManagers({ snapshot, found, managers, counterparts }: Comparing): void {
  for (const [number, managerId] of managers) {
    const held = counterparts.get(managerId) ?? 'unknown';
    const wanted = snapshot.managerOf(number);
    if (held === wanted || (held === 'retired' && wanted === undefined)) continue;
    found.add({ what: 'manager', kind: 'user', id: snapshot.id(number) });
  }
}

async function compareMemberships(comparing: Comparing): Promise<void> {
  const { snapshot, found, counterparts, sides, app } = comparing;
  for await (const { groupId, memberId } of sides.app.listMemberships()) {
    const group = counterparts.get(groupId) ?? 'unknown';
    const member = counterparts.get(memberId) ?? 'unknown';
    if (group === 'retired' || member === 'retired') continue;
    app.memberships += 1;
    const areKnown = typeof group === 'number' && typeof member === 'number';
    if (areKnown && snapshot.members.meet(group, member)) continue;
    const name = (end: number | 'unknown', id: string) =>
      end === 'unknown' ? `application id ${id}` : snapshot.id(end);
    found.add({
      what: 'surplus membership',
      groupId: name(group, groupId),
      memberId: name(member, memberId),
    });
  }
  for (const [group, member] of snapshot.members.unmet()) {
    const [groupId, memberId] = [snapshot.id(group), snapshot.id(member)];
    found.add({ what: 'missing membership', groupId, memberId });
  }
}
