import type { Outcome } from '../../ports/application.ts';
import { aliasKeys, type Indexed, nameKeys } from './index-rows.ts';
import { externalIdKey } from './keys.ts';
import { type StoredEntry, toEntry } from './stored-entry.ts';

/** To the sync no name is taken by it; a SCIM client is told so (RFC 7644 section 3.12). */
export const ALIAS_HELD = 'an alias of it belongs to another entry';

/** Who holds which claims, by their keys. */
export type Holders = ReadonlyMap<string, StoredEntry>;

/**
 * The outcome of an entry that claims what another one holds; undefined where it claims nothing of
 * the kind. A name comes before an alias, and the externalId before the userName.
 */
export function clashOf(entry: Indexed, holders: Holders): Outcome<never> | undefined {
  const otherOf = (keys: readonly string[]) =>
    keys.map((key) => holders.get(key)).find((one) => one && one.id !== entry.id);
  const holder = otherOf(nameKeys(entry));
  if (holder) return { ok: false, reason: 'taken', holder: toEntry(holder) };
  if (!otherOf(aliasKeys(entry))) return undefined;
  return { ok: false, reason: 'refused', detail: ALIAS_HELD };
}

/** Whether the entry claims an externalId that another one holds. */
export function isExternalIdHeld(entry: Indexed, holders: Holders): boolean {
  const { kind, externalId, sharesExternalId } = entry;
  if (!externalId || sharesExternalId) return false;
  const holder = holders.get(externalIdKey(kind, externalId));
  return holder !== undefined && holder.id !== entry.id;
}
