import { isDeepStrictEqual } from 'node:util';
import { ChangeFeed, type LinkChange, type StateChange } from './change-feed.ts';
import {
  type DirectoryObject,
  isLive,
  type Json,
  linkOf,
  type MemberLink,
  newObject,
  type ObjectKind,
  type ObjectState,
  type Properties,
} from './directory-object.ts';
import { PropertyIndex } from './property-index.ts';

/** What the directory takes from outside. */
export interface DirectoryNeeds {
  /** Milliseconds. */
  readonly now: () => number;
  /** How long the next change, or the next object made, takes to show on replicas; seconds. */
  readonly lagSeconds: (isCreation: boolean) => number;
  readonly newId: () => string;
  /** Whether some replicas lag behind others, so that they may have to show how objects were. */
  readonly replicasDiffer?: () => boolean;
  /** Hears of every change as soon as it is written, before replicas show it. */
  readonly changed?: (change: StateChange | LinkChange) => void;
}

/** How many there are. A membership counts while its link exists, also of a deleted member. */
export interface DirectoryCounts {
  readonly users: number;
  readonly groups: number;
  readonly deletedUsers: number;
  readonly deletedGroups: number;
  readonly memberships: number;
}

/**
 * The tenant's users, groups and devices. Writes are immediate here and enter the change feed,
 * from which delta queries are answered. Every operation costs the same whatever the tenant's
 * size. It knows no rules about who may change what: those are of the callers.
 */
export class Directory {
  readonly feed: ChangeFeed;
  readonly #needs: DirectoryNeeds;
  readonly #objects = new Map<string, DirectoryObject>();
  readonly #order: Record<ObjectKind, DirectoryObject[]> = { user: [], group: [], device: [] };
  readonly #indexes: Record<ObjectKind, PropertyIndex>;
  readonly #live: Record<ObjectKind, number> = { user: 0, group: 0, device: 0 };
  readonly #deleted: Record<ObjectKind, Set<DirectoryObject>> = {
    user: new Set(),
    group: new Set(),
    device: new Set(),
  };
  #memberships = 0;

  constructor(needs: DirectoryNeeds) {
    this.#needs = needs;
    this.feed = new ChangeFeed(needs.replicasDiffer ?? (() => false));
    const { user, group, device } = this.#order;
    this.#indexes = {
      user: new PropertyIndex(user),
      group: new PropertyIndex(group),
      device: new PropertyIndex(device),
    };
  }

  /** Also finds what is soft-deleted, but not what is purged. */
  get(id: string): DirectoryObject | undefined {
    const object = this.known(id);
    return object?.state.purged === true ? undefined : object;
  }

  /** Finds every object that ever was, purged ones too. */
  known(id: string): DirectoryObject | undefined {
    return this.#objects.get(id.toLowerCase());
  }

  /** All objects of a kind in order of creation, deleted and purged ones included. */
  all(kind: ObjectKind): readonly DirectoryObject[] {
    return this.#order[kind];
  }

  /** Soft-deleted objects, longest deleted first. */
  deleted(kind: ObjectKind): ReadonlySet<DirectoryObject> {
    return this.#deleted[kind];
  }

  /** Objects whose property has the value, or contains it, without case; deleted ones too. */
  find(kind: ObjectKind, property: string, value: string): readonly DirectoryObject[] {
    return this.#indexes[kind].find(property, value);
  }

  counts(): DirectoryCounts {
    return {
      users: this.#live.user,
      groups: this.#live.group,
      deletedUsers: this.#deleted.user.size,
      deletedGroups: this.#deleted.group.size,
      memberships: this.#memberships,
    };
  }

  /** Puts an object there as if it had always been: no change is recorded. */
  seed(kind: ObjectKind, id: string, state: ObjectState): DirectoryObject {
    const object = newObject(kind, id, state);
    this.#objects.set(id, object);
    this.#order[kind].push(object);
    if (isLive(state)) this.#live[kind] += 1;
    else this.#deleted[kind].add(object);
    return object;
  }

  /** As `seed`, for a membership that does not exist yet. */
  seedMember(group: DirectoryObject, member: DirectoryObject): void {
    const link: MemberLink = { member, present: true, visible: true, last: 0 };
    group.membership?.links.push(link);
    member.memberOf.push(group);
    this.#memberships += 1;
  }

  create(kind: ObjectKind, properties: Properties): DirectoryObject {
    const state: ObjectState = { properties };
    const object = newObject(kind, this.#needs.newId(), state);
    this.#objects.set(object.id, object);
    this.#order[kind].push(object);
    this.#live[kind] += 1;
    this.#moved(object, undefined, state);
    return object;
  }

  /** Sets the properties that differ; null clears one. Returns whether anything did. */
  update(object: DirectoryObject, values: Properties): boolean {
    const before = object.state;
    const differing = Object.entries(values).filter(([name, value]) =>
      differs(before.properties[name], value),
    );
    if (differing.length === 0) return false;
    const properties = { ...before.properties, ...Object.fromEntries(differing) };
    this.#replace(object, { ...before, properties });
    return true;
  }

  setManager(user: DirectoryObject, manager: DirectoryObject | undefined): void {
    const before = user.state;
    if (before.managerId === manager?.id) return;
    this.linkManager(user, manager);
    this.#moved(user, before, user.state);
  }

  /** As `setManager`, without recording a change. */
  linkManager(user: DirectoryObject, manager: DirectoryObject | undefined): void {
    const old = user.state.managerId;
    if (old !== undefined) this.#objects.get(old)?.reports?.delete(user);
    user.state = { ...user.state, managerId: manager?.id };
    if (manager === undefined) return;
    manager.reports ??= new Set();
    manager.reports.add(user);
  }

  /** Moves a live object to the deleted items, with `values` set by the way. */
  softDelete(object: DirectoryObject, values: Properties): void {
    const before = object.state;
    const properties = { ...before.properties, ...values };
    this.#live[object.kind] -= 1;
    this.#deleted[object.kind].add(object);
    this.#replace(object, { ...before, properties, deletedAt: this.#needs.now() });
  }

  /** Brings an object back from the deleted items, with `values` set by the way. */
  restore(object: DirectoryObject, values: Properties): void {
    const { deletedAt: _, ...before } = object.state;
    this.#live[object.kind] += 1;
    this.#deleted[object.kind].delete(object);
    this.#replace(object, { ...before, properties: { ...before.properties, ...values } });
  }

  /**
   * Removes an object for good, wherever it lies. Only now do memberships and reporting lines end
   * (Graph docs: delta query for groups, on soft-deleted members).
   */
  purge(object: DirectoryObject): void {
    for (const group of object.memberOf.toReversed()) this.removeMember(group, object);
    for (const link of object.membership?.links ?? []) {
      if (link.present) this.removeMember(object, link.member);
    }
    for (const report of object.reports ?? []) this.setManager(report, undefined);
    if (object.kind === 'user') this.linkManager(object, undefined);
    if (!this.#deleted[object.kind].delete(object)) this.#live[object.kind] -= 1;
    this.#replace(object, { properties: {}, purged: true });
  }

  /** Whether it is a member, for those who write. */
  isMember(group: DirectoryObject, member: DirectoryObject): boolean {
    return group.membership !== undefined && linkOf(group.membership, member.id)?.present === true;
  }

  /** Returns false where it was a member already. */
  addMember(group: DirectoryObject, member: DirectoryObject): boolean {
    const { membership } = group;
    if (membership === undefined) throw new TypeError(`${group.id} is no group`);
    const known = linkOf(membership, member.id);
    if (known?.present === true) return false;
    const link = known ?? { member, present: false, visible: false, last: 0 };
    if (known === undefined) {
      membership.links.push(link);
      membership.byMember?.set(member.id, link);
    }
    member.memberOf.push(group);
    this.#relink(group, link, true);
    return true;
  }

  /** Returns false where it was no member. */
  removeMember(group: DirectoryObject, member: DirectoryObject): boolean {
    const link = group.membership && linkOf(group.membership, member.id);
    if (link?.present !== true) return false;
    member.memberOf.splice(member.memberOf.indexOf(group), 1);
    this.#relink(group, link, false);
    return true;
  }

  #relink(group: DirectoryObject, link: MemberLink, present: boolean): void {
    link.present = present;
    this.#memberships += present ? 1 : -1;
    this.#record({ object: group, link, present });
  }

  #replace(object: DirectoryObject, after: ObjectState): void {
    const before = object.state;
    object.state = after;
    this.#moved(object, before, after);
  }

  #moved(object: DirectoryObject, before: ObjectState | undefined, after: ObjectState): void {
    this.#indexes[object.kind].moved(object, before, after);
    this.#record({ object, before, after });
  }

  #record(change: StateChange | LinkChange): void {
    const now = this.#needs.now();
    const isCreation = 'after' in change && change.before === undefined;
    this.feed.record(change, now, now + this.#needs.lagSeconds(isCreation) * 1000);
    this.#needs.changed?.(change);
  }
}

/** Clearing what was never set is no change. */
function differs(before: Json | undefined, after: Json): boolean {
  return after === null && before === undefined ? false : !isDeepStrictEqual(before, after);
}
