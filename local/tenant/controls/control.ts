import { z } from 'zod';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryObject } from '../directory/directory-object.ts';
import type { TenantWorld } from '../graph/tenant-world.ts';
import type { AccessTokens } from '../sign-in/access-token.ts';
import type { RegisteredApp } from '../sign-in/registered-app.ts';
import type { Stats } from '../stats.ts';
import type { Throttling } from '../throttling.ts';

/** What the controls work on. */
export interface ControlWorld {
  readonly world: TenantWorld;
  readonly stats: Stats;
  readonly throttling: Throttling;
  readonly apps: Map<string, RegisteredApp>;
  readonly tokens: AccessTokens;
}

/** A request to a control; the path is what comes after `/__tenant/`. */
export interface ControlRequest {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
}

/** What a control answers: JSON, or lines of it. */
export type ControlAnswer =
  | { readonly status: number; readonly body?: unknown }
  | { readonly status: 200; readonly lines: Iterable<string> };

/** A request that a control cannot carry out. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** Properties as the controls take them. */
export const propertiesSchema = z.record(z.string(), z.json());

/** The object by id, or for users by user principal name, or for groups by display name. */
export function findObject(
  directory: Directory,
  kind: 'user' | 'group',
  key: string,
): DirectoryObject {
  const byId = directory.get(key);
  if (byId?.kind === kind) return byId;
  const property = kind === 'user' ? 'userPrincipalName' : 'displayName';
  const named = directory.find(kind, property, key)[0];
  if (named !== undefined) return named;
  throw new ControlError(404, `There is no ${kind} '${key}'.`);
}

/** An object as the controls show it: all it has, under Graph's names. */
export function shownObject(object: DirectoryObject): Record<string, unknown> {
  return {
    kind: object.kind,
    id: object.id,
    ...object.state.properties,
    ...(object.kind === 'user' && { manager: object.state.managerId ?? null }),
    ...(object.isAdministrator && { administrator: true }),
    ...(object.state.deletedAt !== undefined && {
      deletedDateTime: new Date(object.state.deletedAt).toISOString(),
    }),
  };
}
