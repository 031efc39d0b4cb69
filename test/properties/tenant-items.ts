import type { Item, Kind } from '../../lib/sync/entry.ts';
import type { Life, TenantGroup, TenantUser } from './tenant-view.ts';

/** @param isWhole with the manager, if ever there was word of one */
export function userItem(user: TenantUser, isWhole = false): Item {
  const { userName, displayName, title, enabled, marker } = user;
  const names = { userPrincipalName: userName, displayName };
  const made = marker === undefined ? {} : { extensionAttribute15: marker };
  const properties = { ...names, jobTitle: title, accountEnabled: enabled, ...made };
  const manager = isWhole && user.manager !== undefined ? { manager: user.manager } : {};
  return { kind: 'user', id: user.id, properties, ...manager };
}

export function groupItem({ id, displayName, nickname }: TenantGroup): Item {
  const made = nickname === undefined ? {} : { mailNickname: nickname };
  return { kind: 'group', id, properties: { displayName, mailEnabled: false, ...made } };
}

export function removedItem({ id, life }: { id: string; life: Life }, kind: Kind): Item {
  return { kind, id, removed: life === 'purged' ? 'deleted' : 'changed', properties: {} };
}
