import {
  type DirectoryObject,
  isLive,
  type Json,
  type Properties,
} from '../directory/directory-object.ts';
import { objectConflict } from './graph-error.ts';
import type { TenantWorld } from './tenant-world.ts';

const KINDS = ['user', 'group'] as const;

function addressesOf(owner: DirectoryObject | undefined): readonly string[] {
  const { proxyAddresses } = owner?.state.properties ?? {};
  if (!Array.isArray(proxyAddresses)) return [];
  return proxyAddresses.filter((address): address is string => typeof address === 'string');
}

/**
 * What setting `mail` does to the addresses: it becomes the primary one, and what was that before
 * stays as another (Graph docs: update user).
 */
export function withAddress(mail: Json | undefined, owner?: DirectoryObject): Properties {
  if (typeof mail !== 'string') return {};
  const others = addressesOf(owner)
    .filter((address) => address.toLowerCase() !== `smtp:${mail.toLowerCase()}`)
    .map((address) => address.replace(/^SMTP:/, 'smtp:'));
  return { proxyAddresses: [`SMTP:${mail}`, ...others] };
}

/** Throws GraphError 400 where somebody else who lives has the address. */
export function checkMailFree(
  world: TenantWorld,
  mail: Json | undefined,
  owner?: DirectoryObject,
): void {
  if (typeof mail !== 'string' || !isTaken(world, `smtp:${mail}`, owner)) return;
  throw objectConflict(world, 'proxyAddresses');
}

function isTaken(world: TenantWorld, address: string, owner: DirectoryObject | undefined): boolean {
  const holders = KINDS.flatMap((kind) => world.directory.find(kind, 'proxyAddresses', address));
  return holders.some((holder) => holder !== owner && isLive(holder.state));
}

/**
 * The addresses that a deleted object comes back with: others may hold them by now, which is
 * refused, or those are left out (Graph docs: restore deleted item). Throws GraphError 400.
 */
export function addressesWhenRestored(
  world: TenantWorld,
  object: DirectoryObject,
  leavesOutTaken: boolean,
): Properties {
  const own = addressesOf(object);
  const free = own.filter((address) => !isTaken(world, address, object));
  if (free.length === own.length) return {};
  if (!leavesOutTaken) throw objectConflict(world, 'proxyAddresses');
  return { proxyAddresses: free };
}
