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
  #known = new Map<string, string | null>();

  /** Notes what has changed in the tenant since it was looked at last. */
  look(tenant: TenantView): void {
    const now = valuesOf(tenant);
    for (const [key, value] of now)
      if (this.#known.has(key) && this.#known.get(key) !== value) this.#note(key, 'entra', value);
    this.#known = now;
    // Whoever is deleted is switched off by that, and is what Entra says when it returns.
    for (const key of this.#edits.keys())
      if (key.endsWith(' active') && !now.has(key)) this.#edits.delete(key);
  }

  /** Forgets what has changed since then: it was the sync. */
  skip(tenant: TenantView): void {
    this.#known = valuesOf(tenant);
  }

  note(id: string, name: Edited, value: string | null): void {
    this.#note(`${id} ${name}`, 'app', value);
  }

  /**
   * The application has deleted the entry: what both have set of it before does not matter any more.
   * That of an inactive one may rest, because Entra has removed the object: its deletion says nothing.
   */
  giveUp(id: string, wasActive: boolean): void {
    for (const key of this.#edits.keys()) if (key.startsWith(`${id} `)) this.#edits.delete(key);
    if (wasActive) this.note(id, 'active', 'false');
  }

  /** Sentences on edits that are lost; none when all is well. */
  lost(tenant: TenantView): string[] {
    const now = valuesOf(tenant);
    return [...this.#edits].flatMap(([key, { sides, value }]) => {
      if (sides.size > 1 || !now.has(key) || now.get(key) === value) return [];
      return [`${[...sides].join()} has set ${key} to ${value}, and it is ${now.get(key)}`];
    });
  }

  #note(key: string, side: Side, value: string | null): void {
    const sides = new Set([...(this.#edits.get(key)?.sides ?? []), side]);
    this.#edits.set(key, { sides, value });
  }
}

function valuesOf({ users, groups }: TenantView): Map<string, string | null> {
  const all = new Map<string, string | null>();
  for (const { id, life, displayName, title, enabled } of users.values()) {
    if (life !== 'live') continue;
    all.set(`${id} displayName`, displayName);
    all.set(`${id} title`, title);
    all.set(`${id} active`, String(enabled));
  }
  for (const { id, life, displayName } of groups.values())
    if (life === 'live') all.set(`${id} displayName`, displayName);
  return all;
}
