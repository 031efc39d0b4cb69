import type { Operation, Row } from '../../azure/tables.ts';
import { foldName } from '../../sync/fold-name.ts';
import {
  aliasKey,
  displayNameKey,
  externalIdKey,
  groupNameKey,
  mailKey,
  sharedExternalIdKey,
  userNameKey,
} from './keys.ts';
import { aliasesOf, nameOf, workMailsOf } from './names.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What an entry is found by. */
export type Indexed = Pick<
  StoredEntry,
  | 'kind'
  | 'id'
  | 'externalId'
  | 'resource'
  | 'hasDisplayNameLookup'
  | 'sharesExternalId'
  | 'claimsDisplayName'
>;

/** The names that tell whether an entry is there already; only one may hold them. */
export function nameKeys(entry: Indexed): readonly string[] {
  const { kind, externalId, resource } = entry;
  const keys: string[] = [];
  const userName = nameOf(resource, 'userName');
  const displayName = nameOf(resource, 'displayName');
  if (externalId && !entry.sharesExternalId) keys.push(externalIdKey(kind, externalId));
  if (kind === 'user' && userName !== undefined) keys.push(userNameKey(userName));
  if (entry.claimsDisplayName && displayName !== undefined) keys.push(groupNameKey(displayName));
  return keys;
}

/** Further names of a user, of which each belongs to one entry only. */
export function aliasKeys({ kind, resource }: Indexed): readonly string[] {
  if (kind !== 'user') return [];
  const keys = aliasesOf(resource).filter((alias) => foldName(alias) !== '');
  return [...new Set(keys.map(aliasKey))];
}

/** Names that several entries may share. */
function lookupKeys(entry: Indexed): readonly string[] {
  const { kind, id, externalId, resource } = entry;
  const keys: string[] = [];
  const displayName = nameOf(resource, 'displayName');
  if (externalId && entry.sharesExternalId) keys.push(sharedExternalIdKey(kind, externalId, id));
  if (kind === 'user') keys.push(...workMailsOf(resource).map((mail) => mailKey(mail, id)));
  if (entry.hasDisplayNameLookup && displayName !== undefined)
    keys.push(displayNameKey(kind, displayName, id));
  return [...new Set(keys)];
}

/** All that only one entry may hold. */
export function claimKeys(entry: Indexed): readonly string[] {
  return [...nameKeys(entry), ...aliasKeys(entry)];
}

/** What moves the claims and look-ups of an entry from one state to the next; undefined = not there. */
export function indexOperations(
  partitionKey: string,
  before: Indexed | undefined,
  after: Indexed | undefined,
): readonly Operation[] {
  const claims = moved(before && claimKeys(before), after && claimKeys(after));
  const lookups = moved(before && lookupKeys(before), after && lookupKeys(after));
  const row = (rowKey: string): Row => ({ partitionKey, rowKey, v: 1, id: after?.id });
  return [
    ...claims.added.map((key) => ({ op: 'insert' as const, row: row(key) })),
    ...lookups.added.map((key) => ({ op: 'put' as const, row: row(key) })),
    ...[...claims.gone, ...lookups.gone].map((rowKey) => ({
      op: 'delete' as const,
      row: { partitionKey, rowKey },
    })),
  ];
}

function moved(before: readonly string[] = [], after: readonly string[] = []) {
  return {
    added: after.filter((key) => !before.includes(key)),
    gone: before.filter((key) => !after.includes(key)),
  };
}
