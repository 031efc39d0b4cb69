import type { Outcome } from '../../ports/application.ts';
import { aliasKeys, type Indexed, nameKeys } from './index-rows.ts';
import { type StoredEntry, toEntry } from './stored-entry.ts';

/**
 * The outcome of an entry that claims what another one holds; undefined where it claims nothing of
 * the kind. A name comes before an alias, and the externalId before the userName.
 * @param holders who holds which claims, by their keys
 */
export function clashOf(
  entry: Indexed,
  holders: ReadonlyMap<string, StoredEntry>,
): Outcome<never> | undefined {
  const otherOf = (keys: readonly string[]) =>
    keys.map((key) => holders.get(key)).find((one) => one && one.id !== entry.id);
  const holder = otherOf(nameKeys(entry));
  if (holder) return { ok: false, reason: 'taken', holder: toEntry(holder) };
  if (!otherOf(aliasKeys(entry))) return undefined;
  return { ok: false, reason: 'refused', detail: 'an alias of it belongs to another entry' };
}
