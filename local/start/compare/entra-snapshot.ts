import { z } from 'zod';
import type { Json, Kind } from '../../../lib/sync/entry.ts';
import type { Half } from '../../../lib/sync/link.ts';
import { map } from '../../../lib/sync/rules/map.ts';
import { rulesOf } from '../../../lib/sync/rules/rules-of.ts';
import { DEMO_RULES } from '../demo-rules.ts';
import { EdgeSet } from './edge-set.ts';
import { Numbers } from './numbers.ts';
import { valueHash } from './value-hash.ts';

const RULES = rulesOf({ rules: DEMO_RULES });
/** Nothing that the demo maps depends on the time or on chance. */
const context = { now: 0, random: () => 0 };

/** The attributes that are compared, by kind: those that flow. */
const COMPARED: Readonly<Record<Kind, readonly string[]>> = {
  user: RULES.mappings.user.mappings.map(({ target }) => target),
  group: RULES.mappings.group.mappings.map(({ target }) => target),
};

const WIDTH = Math.max(COMPARED.user.length, COMPARED.group.length);

/** 0 = never shown: named by another object only. */
const KIND_CODE = { user: 1, group: 2 } as const;

// What JSON.parse gives is JSON; checking every value of a large directory again would take longest.
const fromJson = z.custom<Json>(() => true);

const lineSchema = z
  .object({
    kind: z.enum(['user', 'group']),
    id: z.string(),
    manager: z.string().nullish(),
    members: z.array(z.object({ id: z.string(), kind: z.string() })).optional(),
  })
  .catchall(fromJson);

/**
 * A tenant's live objects as the application should hold them, in a few bytes an attribute. Objects
 * are numbered in the order in which they are first named.
 */
export class EntraSnapshot {
  readonly members = new EdgeSet();
  users = 0;
  groups = 0;
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #kinds = new Numbers((length) => new Uint8Array(length));
  readonly #active = new Numbers((length) => new Uint8Array(length));
  readonly #met = new Numbers((length) => new Uint8Array(length));
  /** One more than the manager's number; 0 = none. */
  readonly #managers = new Numbers((length) => new Uint32Array(length));
  readonly #hashes = new Numbers((length) => new Uint32Array(length));

  /** Takes in one line of a tenant's dump. @throws Error where it is no object */
  read(line: string): void {
    const { kind, id, manager, members = [], ...properties } = lineSchema.parse(JSON.parse(line));
    const number = this.#numberOf(id);
    // A group of many members comes in several lines.
    if (this.#kinds.get(number) === 0) {
      this.#kinds.set(number, KIND_CODE[kind]);
      if (kind === 'user') this.users += 1;
      else this.groups += 1;
      const { half } = map(kind, properties, RULES, { context });
      this.#keep(number, kind, half);
      if (manager) this.#managers.set(number, this.#numberOf(manager) + 1);
    }
    for (const member of members) {
      if (member.kind !== 'user' && member.kind !== 'group') continue;
      this.members.add(number, this.#numberOf(member.id));
    }
  }

  /** To be called after the last line. */
  settle(): void {
    this.members.settle((_, member) => this.#kinds.get(member) !== 0);
  }

  /** The object's number, if it is live. */
  find(kind: Kind, id: string | undefined): number | undefined {
    const number = id === undefined ? undefined : this.#numbers.get(id);
    return number !== undefined && this.#kinds.get(number) === KIND_CODE[kind] ? number : undefined;
  }

  id(number: number): string {
    return this.#ids[number] ?? '';
  }

  kind(number: number): Kind {
    return this.#kinds.get(number) === KIND_CODE.group ? 'group' : 'user';
  }

  isActive(number: number): boolean {
    return this.#active.get(number) === 1;
  }

  managerOf(number: number): number | undefined {
    const manager = this.#managers.get(number);
    return manager === 0 ? undefined : manager - 1;
  }

  /** The attributes of which the application holds something else. */
  differing(number: number, half: Half): string[] {
    const names = COMPARED[this.kind(number)];
    return names.filter(
      (name, at) => this.#hashes.get(number * WIDTH + at) !== valueHash(half.attributes[name]),
    );
  }

  /** @returns whether the object was not met before */
  meet(number: number): boolean {
    if (this.#met.get(number) === 1) return false;
    this.#met.set(number, 1);
    return true;
  }

  /** The live objects that were not met. */
  *unmet(): Generator<number> {
    for (const number of this.#ids.keys()) {
      if (this.#kinds.get(number) !== 0 && this.#met.get(number) === 0) yield number;
    }
  }

  #keep(number: number, kind: Kind, { active, attributes }: Half): void {
    this.#active.set(number, active ? 1 : 0);
    for (const [at, name] of COMPARED[kind].entries()) {
      this.#hashes.set(number * WIDTH + at, valueHash(attributes[name]));
    }
  }

  #numberOf(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const number = this.#ids.push(id) - 1;
    this.#numbers.set(id, number);
    return number;
  }
}
