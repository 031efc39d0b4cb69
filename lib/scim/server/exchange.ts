import type { ResourceStore, Writer } from '../../ports/resources.ts';
import type { Json, Kind } from '../../sync/entry.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import type { Bookmarks } from './bookmarks.ts';

/** A request, whether it came by HTTP or as an operation of a bulk. */
export interface Exchange {
  readonly method: string;
  /** What follows the base address, part by part and decoded: `['Users', '2819…']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** @throws ScimError where there is none, or it is not JSON */
  readonly body: () => Promise<Json>;
}

/** What is answered. The body is a SCIM message; `version` becomes the entity tag. */
export interface Answer {
  readonly status: number;
  readonly body?: Json;
  readonly location?: string;
  readonly version?: string;
}

/** The service provider of one connection, as one caller sees it. */
export interface Provider {
  readonly store: ResourceStore;
  readonly schemas: Readonly<Record<Kind, ResourceSchema>>;
  /** The address of the service provider, without a slash at its end. */
  readonly base: string;
  /** Who is asking. */
  readonly by: Writer;
  /** The attribute that must carry an object id of Entra in what is created; undefined = none. */
  readonly objectId: string | undefined;
  readonly bookmarks: Bookmarks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
