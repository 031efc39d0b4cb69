import { Directory } from '../directory/directory.ts';
import { type DirectoryObject, isLive, type ObjectKind } from '../directory/directory-object.ts';
import { type Random, randomFrom } from '../random.ts';
import { seedDirectory } from '../seed/seed.ts';

const SIZE = { users: 1000, groups: 200, memberships: 1000 };

/** Its own names for what every seeded tenant is called. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/Haldenworks/g, 'Northgate'],
  [/haldenworks|halden(?=-marine)/g, 'northgate'],
];

/** Another tenant, whose objects show up where they do not belong. It is made when first asked. */
export class ForeignTenant {
  readonly #random: Random;
  #directory: Directory | undefined;
  readonly #asked: Record<ObjectKind, number> = { user: 0, group: 0, device: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  /** One live object after the other; after the last one the first again. */
  next(kind: ObjectKind): DirectoryObject {
    this.#directory ??= seeded(this.#random.below(2 ** 31));
    const all = this.#directory.all(kind);
    const object = all[this.#asked[kind] % all.length];
    this.#asked[kind] += 1;
    if (object === undefined) throw new TypeError(`the other tenant has no ${kind}`);
    return isLive(object.state) ? object : this.next(kind);
  }
}

function seeded(seed: number): Directory {
  const ids = randomFrom(seed);
  const directory = new Directory({ now: () => 0, lagSeconds: () => 0, newId: () => ids.guid() });
  seedDirectory(directory, { ...SIZE, seed }, 0);
  return directory;
}

/** A value as the other tenant would write it: company and domains are its own. */
export function inForeignWords<T>(value: T): T {
  let text = JSON.stringify(value);
  for (const [own, other] of NAMES) text = text.replace(own, other);
  return JSON.parse(text) as T;
}
