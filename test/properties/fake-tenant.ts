import { AppError } from '../../lib/errors.ts';
import type { ChangeFeed, Page } from '../../lib/ports.ts';
import type { Item, Kind } from '../../lib/sync/entry.ts';
import type { Chance } from './chance.ts';
import { guid } from './guid.ts';
import { slices } from './slices.ts';
import { managerNow, membersNow } from './tenant-now.ts';

/** `soft`: in the bin, may be restored. `purged`: gone for good. */
export type Life = 'live' | 'soft' | 'purged';

export interface TenantUser {
  readonly id: string;
  life: Life;
  userName: string;
  displayName: string;
  title: string | null;
  enabled: boolean;
  /** Undefined: nothing was ever said of one. */
  manager: string | null | undefined;
}

export interface TenantGroup {
  readonly id: string;
  life: Life;
  displayName: string;
  readonly members: Set<string>;
  /** Members that it once had: a first round names them as removed (Graph docs: group delta). */
  readonly formerMembers: Set<string>;
}

/** Items of a reading, in order; a link names the reading and a place in it. */
interface Reading {
  readonly items: readonly Item[];
  /** Where the log goes on behind a reading from scratch. */
  readonly goesOnAt: number;
}

/** Items that a page may repeat from before its link, and how often one does. */
const REPEATS = { most: 4, onceIn: 4 };
const LONGEST_PAGE = 7;

/**
 * A small tenant and its change feed. What happens is told as items in a log; pages end anywhere in
 * it, lag behind it, and repeat what came before (Graph docs: delta query overview, "replays").
 */
export class FakeTenant implements ChangeFeed {
  readonly users = new Map<string, TenantUser>();
  readonly groups = new Map<string, TenantGroup>();
  /** The newest items that the feed does not show yet. */
  lag = 0;
  /** So many of the next readings are refused. */
  refusals = 0;
  /** Objects in the bin of which a reading from scratch told nothing but that. */
  readonly untold = new Set<string>();
  /** Whether pages repeat what came before. */
  repeats = true;
  readonly #log: Record<Kind, Item[]> = { user: [], group: [] };
  readonly #readings: Reading[] = [];
  /** How far the log was shown, and how much each link repeats: a link shows no less later on. */
  readonly #shown: Record<Kind, number> = { user: 0, group: 0 };
  readonly #repeated = new Map<string, number>();
  readonly #chance: Chance;
  readonly #step: () => Promise<void>;
  #generation = 0;
  #names = 0;

  constructor(chance: Chance, step: () => Promise<void>) {
    this.#chance = chance;
    this.#step = step;
  }

  addUser(): TenantUser {
    const name = `u${this.users.size}`;
    const userName = this.newUserName();
    const facts = { displayName: name, title: null, enabled: true, manager: undefined };
    const user: TenantUser = { id: guid(name), life: 'live', userName, ...facts };
    this.users.set(user.id, user);
    this.say(userItem(user));
    return user;
  }

  addGroup(): TenantGroup {
    const name = `g${this.groups.size}`;
    const members = { members: new Set<string>(), formerMembers: new Set<string>() };
    const group: TenantGroup = { id: guid(name), life: 'live', displayName: name, ...members };
    this.groups.set(group.id, group);
    this.say(groupItem(group));
    return group;
  }

  /** A user name that nobody ever had. */
  newUserName(): string {
    this.#names += 1;
    return `name${this.#names}@contoso.example`;
  }

  /** Puts an item at the end of the feed. */
  say(item: Item): void {
    this.#log[item.kind].push(structuredClone(item));
  }

  /** A group with all its members, some at a time (Graph docs: group delta). */
  groupInSlices(group: TenantGroup): Item[] {
    const members = [...new Set([...group.members, ...group.formerMembers])].map((id) => ({
      id,
      kind: this.kindOf(id),
      removed: !group.members.has(id),
    }));
    const inSlices = slices(this.#chance, members);
    return [groupItem(group), ...inSlices.map((each) => ({ ...groupItem(group), members: each }))];
  }

  kindOf(id: string): Kind {
    return this.users.has(id) ? 'user' : 'group';
  }

  lifeOf(id: string): Life | undefined {
    return (this.users.get(id) ?? this.groups.get(id))?.life;
  }

  /** From now on no link that was given out is known. */
  expireLinks(): void {
    this.#generation += 1;
  }

  async readPage(kind: Kind, link: string | null): Promise<Page> {
    await this.#step();
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new AppError('unavailable', 'the tenant does not answer');
    }
    const [generation, reading, at] = (link ?? this.#fromScratch(kind)).split(' ').map(Number);
    if (generation !== this.#generation)
      throw new AppError('checkpoint-expired', 'the tenant does not know the link');
    return this.#page(kind, reading ?? 0, at ?? 0);
  }

  async alive(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#step();
    return new Set(ids.filter((id) => this.#isIn(kind, id, 'live')));
  }

  async restorable(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#step();
    return new Set(ids.filter((id) => this.#isIn(kind, id, 'soft')));
  }

  async members(groupId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#step();
    const shown = new Set(membersNow(this, groupId).map(({ id }) => id));
    return new Set(ids.filter((id) => shown.has(id)));
  }

  async managers(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.#step();
    const pairs = userIds.map((id) => [id, managerNow(this, id)] as const);
    return new Map(pairs.flatMap(([id, manager]) => (manager === null ? [] : [[id, manager]])));
  }

  async *read(kind: Kind, ids: readonly string[]): AsyncGenerator<readonly Item[]> {
    for (const id of new Set(ids)) {
      await this.#step();
      if (this.#isIn(kind, id, 'live')) yield this.#itemsNow(id);
    }
  }

  #isIn(kind: Kind, id: string, life: Life): boolean {
    return (kind === 'user' ? this.users : this.groups).get(id)?.life === life;
  }

  /** An object as a read by id shows it, a group slice by slice. */
  #itemsNow(id: string): readonly Item[] {
    const user = this.users.get(id);
    if (user) return [{ ...userItem(user), manager: managerNow(this, id) }];
    const group = this.groups.get(id);
    if (!group) return [];
    const [first = [], ...more] = slices(this.#chance, membersNow(this, id));
    const rest = more.map((members): Item => ({ kind: 'group', id, properties: {}, members }));
    return [{ ...groupItem(group), members: first }, ...rest];
  }

  /** A reading from scratch tells what is there, and what was removed. Reading 0 is the log. */
  #fromScratch(kind: Kind): string {
    const goesOnAt = this.#visible(kind);
    const items = kind === 'user' ? this.#everyUser() : this.#everyGroup();
    this.#readings.push({ items, goesOnAt });
    return `${this.#generation} ${this.#readings.length} 0`;
  }

  #page(kind: Kind, reading: number, at: number): Page {
    const fromScratch = this.#readings[reading - 1];
    const items = fromScratch?.items ?? this.#log[kind].slice(0, this.#visible(kind));
    const end = Math.max(at, Math.min(items.length, at + 1 + this.#chance.below(LONGEST_PAGE)));
    const link = (place: number, of = reading) => `${this.#generation} ${of} ${place}`;
    const from = Math.max(0, Math.min(at, items.length) - this.#repeatedAt(`${kind} ${link(at)}`));
    const page = { items: structuredClone(items.slice(from, end)) };
    if (end < items.length) return { ...page, nextLink: link(end) };
    return { ...page, deltaLink: fromScratch ? link(fromScratch.goesOnAt, 0) : link(end) };
  }

  #visible(kind: Kind): number {
    const visible = Math.max(this.#shown[kind], this.#log[kind].length - this.lag);
    this.#shown[kind] = visible;
    return visible;
  }

  #repeatedAt(link: string): number {
    if (!this.repeats) return 0;
    const isRepeating = this.#chance.onceIn(REPEATS.onceIn);
    const known = this.#repeated.get(link);
    const repeated = known ?? (isRepeating ? this.#chance.below(REPEATS.most) : 0);
    this.#repeated.set(link, repeated);
    return repeated;
  }

  #everyUser(): Item[] {
    return [...this.users.values()].map((user) =>
      user.life === 'live' ? userItem(user, true) : this.#removedFromStart(user, 'user'),
    );
  }

  #everyGroup(): Item[] {
    return [...this.groups.values()].flatMap((group) =>
      group.life === 'live' ? this.groupInSlices(group) : [this.#removedFromStart(group, 'group')],
    );
  }

  #removedFromStart(object: { id: string; life: Life }, kind: Kind): Item {
    this.untold.add(object.id);
    return removedItem(object, kind);
  }
}

/** @param isWhole with the manager, if ever there was word of one */
export function userItem(user: TenantUser, isWhole = false): Item {
  const { userName, displayName, title, enabled } = user;
  const names = { userPrincipalName: userName, displayName };
  const properties = { ...names, jobTitle: title, accountEnabled: enabled };
  const manager = isWhole && user.manager !== undefined ? { manager: user.manager } : {};
  return { kind: 'user', id: user.id, properties, ...manager };
}

export function groupItem({ id, displayName }: TenantGroup): Item {
  return { kind: 'group', id, properties: { displayName } };
}

export function removedItem({ id, life }: { id: string; life: Life }, kind: Kind): Item {
  return { kind, id, removed: life === 'purged' ? 'deleted' : 'changed', properties: {} };
}
