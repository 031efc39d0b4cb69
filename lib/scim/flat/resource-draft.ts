import type { Json } from '../../sync/entry.ts';
import { isEmpty } from '../resource/is-empty.ts';
import { isObject, valueAt } from '../resource/located-value.ts';
import type { Located, Resource } from '../schema/resource-schema.ts';

/** A copy of a resource that many values are written into, one after the other. */
export class ResourceDraft {
  readonly #resource: { [name: string]: Json };
  /** Extensions whose objects are copies by now. */
  readonly #extensions = new Map<string, { [name: string]: Json }>();

  constructor(resource: Resource) {
    this.#resource = { ...resource };
  }

  read(located: Located): Json | undefined {
    return valueAt(this.#resource, located);
  }

  /** Names are the schema's, which holds none that an object would take for its own. */
  write({ extension, attribute }: Located, value: Json | undefined): void {
    const holder = extension === undefined ? this.#resource : this.#extension(extension);
    if (value === undefined) delete holder[attribute.name];
    else holder[attribute.name] = value;
  }

  /** The resource as it is now; the draft is done with. */
  finish(): Resource {
    for (const [urn, holder] of this.#extensions) if (isEmpty(holder)) delete this.#resource[urn];
    return this.#resource;
  }

  #extension(urn: string): { [name: string]: Json } {
    const known = this.#extensions.get(urn);
    if (known) return known;
    const before = Object.hasOwn(this.#resource, urn) ? this.#resource[urn] : undefined;
    const copy = isObject(before) ? { ...before } : {};
    this.#extensions.set(urn, copy);
    this.#resource[urn] = copy;
    return copy;
  }
}
