import { AppError } from '../../lib/errors.ts';
import type { ChangeFeed, Named, Page } from '../../lib/ports/entra.ts';
import type { Item, Kind } from '../../lib/sync/entry.ts';
import type { Chance } from './chance.ts';
import { everything, groupInSlices, type Telling } from './from-scratch.ts';
import { guid } from './guid.ts';
import { groupItem, userItem } from './tenant-items.ts';
import { among, itemsNow, managerNow, membersNow, namedNow } from './tenant-now.ts';
import { CALM, type TenantTroubles } from './tenant-troubles.ts';
import {
  keepView,
  type Life,
  type PastView,
  type TenantGroup,
  type TenantUser,
  type TenantView,
} from './tenant-view.ts';

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
export class FakeTenant implements ChangeFeed, TenantView {
  readonly users = new Map<string, TenantUser>();
  readonly groups = new Map<string, TenantGroup>();
  /** Pages repeat what came before, unless it is calm. */
  readonly troubles: TenantTroubles = { ...CALM, repeats: true };
  /** Objects in the bin of which nothing was told but that, or more than could be believed by then. */
  readonly untold = new Set<string>();
  /** Members in the bin that a reading from scratch left out, by group and member. */
  readonly hidden = new Set<string>();
  /** How a page shows an item: a replica may lag behind what was written. */
  showing: (item: Item) => Item = (item) => item;
  /** Whether a reading from scratch names what was removed. */
  tellsRemoved = true;
  /** Whether a reading from scratch ever ended early. */
  wasCut = false;
  /** What pages have shown as more than removed: nothing else can be shown once more. */
  readonly wasShown = new Set<string>();
  /** Whether links ever expired. */
  hasForgotten = false;
  /** The tenant as it stood after each event. */
  readonly past: PastView[] = [];
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

  /** A user as an application makes one; undefined where the name is taken. */
  makeUser(made: Pick<TenantUser, 'userName' | 'displayName' | 'title' | 'marker'>) {
    if (this.isNamed(made.userName)) return undefined;
    const id = guid(`made u${this.users.size}`);
    const user: TenantUser = { ...made, id, life: 'live', enabled: true, manager: undefined };
    this.users.set(id, user);
    this.say(userItem(user));
    return user;
  }

  makeGroup(made: Pick<TenantGroup, 'displayName' | 'nickname'>): TenantGroup {
    const members = { members: new Set<string>(), formerMembers: new Set<string>() };
    const id = guid(`made g${this.groups.size}`);
    const group: TenantGroup = { ...made, id, life: 'live', ...members };
    this.groups.set(id, group);
    this.say(groupItem(group));
    return group;
  }

  /** Whether a user has this name; whoever is in the bin has given it up (Graph docs: deletedItems). */
  isNamed(name: string): boolean {
    return [...this.users.values()].some((one) => one.life === 'live' && one.userName === name);
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
    return groupInSlices(this, group, { ...this.#telling(), tellsRemoved: true });
  }

  /** An event is over: this is how the tenant stands now. */
  keep(): void {
    this.past.push(keepView(this, { user: this.#log.user.length, group: this.#log.group.length }));
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
    this.hasForgotten = true;
  }

  async readPage(kind: Kind, link: string | null): Promise<Page> {
    await this.#step();
    if (this.troubles.refusals > 0) {
      this.troubles.refusals -= 1;
      throw new AppError('unavailable', 'the tenant does not answer');
    }
    const [generation, reading, at] = (link ?? this.#fromScratch(kind)).split(' ').map(Number);
    if (generation !== this.#generation)
      throw new AppError('checkpoint-expired', 'the tenant does not know the link');
    return this.#page(kind, reading ?? 0, at ?? 0);
  }

  async alive(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return among(await this.#replica(), kind, { ids, life: 'live' });
  }

  async restorable(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return among(await this.#replica(), kind, { ids, life: 'soft' });
  }

  async members(groupId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const shown = new Set(membersNow(await this.#replica(), groupId).map(({ id }) => id));
    return new Set(ids.filter((id) => shown.has(id)));
  }

  async managers(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const view = await this.#replica();
    const pairs = userIds.map((id) => [id, managerNow(view, id)] as const);
    return new Map(pairs.flatMap(([id, manager]) => (manager === null ? [] : [[id, manager]])));
  }

  async *read(kind: Kind, ids: readonly string[]): AsyncGenerator<readonly Item[]> {
    for (const id of new Set(ids)) {
      const view = await this.#replica();
      if (among(view, kind, { ids: [id], life: 'live' }).has(id))
        yield itemsNow(view, id, this.#chance);
    }
  }

  async named(
    kind: Kind,
    texts: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Named[]>> {
    const view = await this.#replica();
    return new Map(texts.map((text) => [text, namedNow(view, kind, text)]));
  }

  /** Each read by id may meet another replica. */
  async #replica(): Promise<TenantView> {
    await this.#step();
    if (this.troubles.byIdFailures > 0) {
      this.troubles.byIdFailures -= 1;
      throw new AppError(this.troubles.byIdCode, 'the tenant does not answer');
    }
    return this.#behind(this.troubles.replicaLag);
  }

  #behind(most: number): FakeTenant | PastView {
    const events = most > 0 ? this.#chance.below(most + 1) : 0;
    return (events > 0 && this.past.at(-1 - events)) || this;
  }

  /** A reading from scratch tells what is there, and what was removed. Reading 0 is the log. */
  #fromScratch(kind: Kind): string {
    const visible = this.#visible(kind);
    const view = this.#behind(this.troubles.readingLag);
    const all = everything(view, kind, this.#telling());
    const goesOnAt = 'said' in view ? Math.min(visible, view.said[kind]) : visible;
    if (view !== this) this.#sayReturned(view, kind);
    const isCut = this.troubles.cuts > 0;
    if (isCut) this.troubles.cuts -= 1;
    this.wasCut ||= isCut;
    const items = isCut ? all.slice(0, this.#chance.below(all.length + 1)) : all;
    this.#readings.push({ items, goesOnAt });
    return `${this.#generation} ${this.#readings.length} 0`;
  }

  #telling(): Telling {
    const leftOut = (id: string, groupId?: string) =>
      groupId === undefined ? this.untold.add(id) : this.hidden.add(`${groupId} ${id}`);
    return { chance: this.#chance, tellsRemoved: this.tellsRemoved, leftOut };
  }

  /** What the replica still has in the bin, and is back by now, is told as a whole. */
  #sayReturned(view: TenantView, kind: Kind): void {
    const objects = kind === 'user' ? [...this.users.values()] : [...this.groups.values()];
    for (const object of objects) {
      if (object.life !== 'live' || view.lifeOf(object.id) !== 'soft') continue;
      const items = 'members' in object ? this.groupInSlices(object) : [userItem(object, true)];
      for (const item of items) this.say(item);
      this.sayHidden(object.id);
    }
  }

  /** The memberships of one who is back, where a reading left them out. */
  sayHidden(id: string): void {
    for (const group of this.groups.values()) {
      if (!this.hidden.delete(`${group.id} ${id}`)) continue;
      const members = [{ id, kind: this.kindOf(id), removed: !group.members.has(id) }];
      if (group.life === 'live') this.say({ ...groupItem(group), members });
    }
  }

  #page(kind: Kind, reading: number, at: number): Page {
    const fromScratch = this.#readings[reading - 1];
    const items = fromScratch?.items ?? this.#log[kind].slice(0, this.#visible(kind));
    const end = Math.max(at, Math.min(items.length, at + 1 + this.#chance.below(LONGEST_PAGE)));
    const link = (place: number, of = reading) => `${this.#generation} ${of} ${place}`;
    if (this.troubles.emptyPages > 0 && this.#chance.onceIn(this.troubles.emptyPages))
      return { items: [], nextLink: link(at) };
    const from = Math.max(0, Math.min(at, items.length) - this.#repeatedAt(`${kind} ${link(at)}`));
    const page = { items: structuredClone(items.slice(from, end)).map(this.showing) };
    for (const item of page.items) {
      this.#noteBinned(item);
      if (!item.removed) this.wasShown.add(item.id);
    }
    if (end < items.length) return { ...page, nextLink: link(end) };
    return { ...page, deltaLink: fromScratch ? link(fromScratch.goesOnAt, 0) : link(end) };
  }

  /** Whom an object in the bin is tied to is told as a whole when it is back. */
  #noteBinned({ id, members, manager }: Item): void {
    const isTied = members !== undefined || manager !== undefined;
    if (isTied && this.lifeOf(id) === 'soft') this.untold.add(id);
  }

  #visible(kind: Kind): number {
    const visible = Math.max(this.#shown[kind], this.#log[kind].length - this.troubles.lag);
    this.#shown[kind] = visible;
    return visible;
  }

  #repeatedAt(link: string): number {
    if (!this.troubles.repeats) return 0;
    const isRepeating = this.#chance.onceIn(REPEATS.onceIn);
    const known = this.#repeated.get(link);
    const repeated = known ?? (isRepeating ? this.#chance.below(REPEATS.most) : 0);
    this.#repeated.set(link, repeated);
    return repeated;
  }
}
