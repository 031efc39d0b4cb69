import type { Side } from '../../lib/sync/entry.ts';
import type { TenantView } from './tenant-view.ts';

/** What can be edited on both sides. */
export type Edited = 'displayName' | 'title' | 'active';

interface Edit {
  readonly sides: ReadonlySet<Side>;
  readonly value: string | null;
}

/** Who has edited what: where only one side ever did, its last word must stay. */
export class Edits {
  readonly #edits = new Map<string, Edit>();
  readonly #givenUp = new Set<string>();
  /** Memberships that the application had taken away when one of their ends was deleted. */
  readonly #taken = new Set<string>();
  /** What Entra had set by then of a group, or of whether a user is active: it is told when they are back. */
  readonly #untold = new Set<string>();
  #isForgiven = false;
  #known = new Map<string, string | null>();

  /** Notes what has changed in the tenant since it was looked at last. */
  look(tenant: TenantView): void {
    const now = valuesOf(tenant);
    // What is deleted takes memberships along, and a group all that was never told: deleting it is an edit too.
    for (const [key, { sides, value }] of this.#edits) {
      // What both have set of a group is told by both when it is back: either may stay.
      const isOpen = sides.size > 1 && !key.includes('>');
      if (isOpen || !isTakenAlong(tenant, key)) continue;
      this.#edits.delete(key);
      if (sides.has('app') && value === null) this.#taken.add(key);
      if (sides.has('entra')) this.#untold.add(key);
    }
    for (const [key, value] of now) {
      const isNew = !key.includes('>') && !this.#known.has(key) && !this.#untold.has(key);
      if (isNew || this.#known.get(key) === value || this.#isBack(key)) continue;
      this.#note(key, 'entra', value);
    }
    for (const key of this.#known.keys())
      if (key.includes('>') && !now.has(key) && isGroupLive(now, key))
        this.#note(key, 'entra', null);
    this.#forgetGone(now);
  }

  /**
   * A group that is restored brings its members back. That is no edit of whom the application had taken
   * away before: they leave in the end.
   */
  #isBack(key: string): boolean {
    return this.#taken.has(key) && !isGroupLive(this.#known, key);
  }

  /** Forgets what has changed since then: it was the sync. */
  skip(tenant: TenantView): void {
    this.#forgetGone(valuesOf(tenant));
  }

  /** Whoever is deleted is switched off by that, and is what Entra says when it returns. */
  #forgetGone(now: Map<string, string | null>): void {
    for (const [key, { sides }] of this.#edits) {
      if (!key.endsWith(' active') || now.has(key)) continue;
      this.#edits.delete(key);
      if (sides.has('entra')) this.#untold.add(key);
    }
    this.#known = now;
  }

  note(id: string, name: Edited, value: string | null): void {
    this.#note(`${id} ${name}`, 'app', value);
  }

  /** Notes that the application has let somebody join a group, or leave it. */
  noteMember(groupId: string, memberId: string, isThere: boolean): void {
    this.#note(`${groupId} > ${memberId}`, 'app', isThere ? THERE : null);
  }

  noteManager(userId: string, managerId: string | null): void {
    this.#note(`${userId} manager`, 'app', managerId);
  }

  /**
   * The application has deleted the entry: what both have set of it before does not matter any more.
   * That of an inactive one may rest, because Entra has removed the object: its deletion says nothing.
   */
  giveUp(id: string, wasActive: boolean): void {
    this.#givenUp.add(id);
    for (const [key, { sides, value }] of this.#edits) {
      if (!key.includes(id) && value !== id) continue;
      // What Entra has set may not have been read yet: it stands against what the next entry is given.
      if (sides.has('entra')) this.#edits.set(key, { sides: new Set(['app', 'entra']), value });
      else this.#edits.delete(key);
    }
    if (wasActive) this.note(id, 'active', 'false');
  }

  /** The rules change, which decides otherwise about what was edited: nothing is lost any more. */
  forgive(): void {
    this.#isForgiven = true;
  }

  /** Sentences on edits that are lost; none when all is well. */
  lost(tenant: TenantView): string[] {
    if (this.#isForgiven) return [];
    const now = valuesOf(tenant);
    return [...this.#edits].flatMap(([key, { sides, value }]) => {
      const isMember = key.includes('>');
      if (sides.size > 1 || !(isMember ? bothLive(tenant, key) : now.has(key))) return [];
      const is = now.get(key) ?? null;
      // A manager whom either side has deleted cannot be told.
      const isAway = (one: string | null) =>
        one !== null && (tenant.lifeOf(one) !== 'live' || this.#givenUp.has(one));
      if (key.endsWith(' manager') && (isAway(value) || isAway(is))) return [];
      // Its entry was deleted: that is the application's word on it, whatever Entra said before.
      if (key.endsWith(' active') && this.#givenUp.has(key.split(' ')[0] ?? '')) return [];
      return is === value ? [] : [`${[...sides].join()} has set ${key} to ${value}, not ${is}`];
    });
  }

  #note(key: string, side: Side, value: string | null): void {
    this.#taken.delete(key);
    const sides = new Set([...(this.#edits.get(key)?.sides ?? []), side]);
    this.#edits.set(key, { sides, value });
  }
}

function valuesOf({ users, groups }: TenantView): Map<string, string | null> {
  const all = new Map<string, string | null>();
  for (const { id, life, displayName, title, manager, enabled } of users.values()) {
    if (life !== 'live') continue;
    all.set(`${id} displayName`, displayName);
    all.set(`${id} title`, title);
    all.set(`${id} manager`, manager ?? null);
    all.set(`${id} active`, String(enabled));
  }
  for (const { id, life, displayName, members } of groups.values()) {
    if (life !== 'live') continue;
    all.set(`${id} displayName`, displayName);
    for (const member of members) all.set(`${id} > ${member}`, THERE);
  }
  return all;
}

/** Whether the group of a membership was live when these values were. */
function isGroupLive(values: ReadonlyMap<string, string | null>, key: string): boolean {
  return values.has(`${key.split(' > ')[0]} displayName`);
}

/** What a membership holds that is there. */
const THERE = 'there';

function isTakenAlong(tenant: TenantView, key: string): boolean {
  if (key.includes('>')) return !bothLive(tenant, key);
  const group = tenant.groups.get(key.split(' ')[0] ?? '');
  return group !== undefined && group.life !== 'live';
}

function bothLive(tenant: TenantView, key: string): boolean {
  return key.split(' > ').every((id) => tenant.lifeOf(id) === 'live');
}
