import type { Operation, Row } from '../../azure/tables.ts';
import type { Entry } from '../../sync/entry.ts';
import { displayNameKey, externalIdKey, mailKey, userNameKey } from './keys.ts';

/** The SCIM name of the address by which users are looked up. */
const WORK_MAIL = 'emails[type eq "work"].value';

/** What an entry is found by. */
type Indexed = Pick<Entry, 'kind' | 'id' | 'attributes'> & { readonly externalId?: string };

/** Names that only one entry may hold. */
export function claimKeys(entry: Indexed): readonly string[] {
  const keys: string[] = [];
  const userName = entry.attributes.userName;
  if (entry.externalId) keys.push(externalIdKey(entry.kind, entry.externalId));
  if (entry.kind === 'user' && typeof userName === 'string') keys.push(userNameKey(userName));
  return keys;
}

/** Names that several entries may share. */
function lookupKeys(entry: Indexed): readonly string[] {
  const { kind, id, attributes } = entry;
  const mail = attributes[WORK_MAIL];
  if (kind === 'user') return typeof mail === 'string' ? [mailKey(mail, id)] : [];
  const name = attributes.displayName;
  return typeof name === 'string' ? [displayNameKey(name, id)] : [];
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
