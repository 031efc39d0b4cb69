import type { Operation, Row } from '../../azure/tables.ts';
import { valuesOf } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { ALIASES } from '../../sync/rules/rules.ts';
import { aliasKey, displayNameKey, externalIdKey, mailKey, userNameKey } from './keys.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The SCIM name of the address by which users are looked up. */
const WORK_MAIL = 'emails[type eq "work"].value';

/** What an entry is found by. */
export type Indexed = Pick<
  StoredEntry,
  'kind' | 'id' | 'externalId' | 'attributes' | 'hasDisplayNameLookup'
>;

/** The names that tell whether an entry is there already; only one may hold them. */
export function nameKeys({ kind, externalId, attributes }: Indexed): readonly string[] {
  const keys: string[] = [];
  const { userName } = attributes;
  if (externalId) keys.push(externalIdKey(kind, externalId));
  if (kind === 'user' && typeof userName === 'string') keys.push(userNameKey(userName));
  return keys;
}

/** Further names of a user, of which each belongs to one entry only. */
export function aliasKeys({ kind, attributes }: Indexed): readonly string[] {
  if (kind !== 'user') return [];
  const keys = aliasesOf(attributes).filter((alias) => foldName(alias) !== '');
  return [...new Set(keys.map(aliasKey))];
}

/** The aliases among an entry's attributes. */
export function aliasesOf(attributes: Indexed['attributes']): readonly string[] {
  return valuesOf(attributes[ALIASES]);
}

/** Names that several entries may share. */
function lookupKeys({ kind, id, attributes, hasDisplayNameLookup }: Indexed): readonly string[] {
  const keys: string[] = [];
  const { displayName, [WORK_MAIL]: mail } = attributes;
  if (kind === 'user' && typeof mail === 'string') keys.push(mailKey(mail, id));
  if (hasDisplayNameLookup && typeof displayName === 'string')
    keys.push(displayNameKey(kind, displayName, id));
  return keys;
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
