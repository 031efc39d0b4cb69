import type { Json, Kind } from '../../sync/entry.ts';
import type { Attribute, Schema } from './attribute.ts';

/**
 * A resource as the protocol has it, without `schemas`, `id` and `meta`: attributes under their
 * canonical names, those of an extension in an object under its URN. What is empty is absent. A
 * group's `members` and a user's `groups` are rows of their own and never in here.
 */
export type Resource = Readonly<Record<string, Json>>;

/** An attribute, and the extension that it belongs to; undefined = the core schema or a common one. */
export interface Located {
  readonly extension: string | undefined;
  readonly attribute: Attribute;
}

/** What there is to know of one type of resource: it drives all that the protocol does. */
export interface ResourceSchema {
  readonly kind: Kind;
  readonly name: 'User' | 'Group';
  /** `/Users` or `/Groups`. */
  readonly endpoint: string;
  readonly core: Schema;
  readonly extensions: readonly Schema[];
  /**
   * The attribute of this name, `id`, `externalId`, `meta` and `schemas` included (RFC 7643 section
   * 3.1). Names and URNs are compared without case (RFC 7643 section 2.1); the core schema's URN is
   * as good as none.
   */
  find(urn: string | undefined, name: string): Located | undefined;
  /** The URN of a schema in its canonical spelling, the core schema's included. */
  urnOf(text: string): string | undefined;
}
