import type { Value } from '../../../lib/sync/entry.ts';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * A value in 32 bits, so that a whole directory's values fit into memory. Values that count as the
 * same when they are merged have the same hash: trimmed text, multi-valued ones as sets. An empty
 * value is 0. Two values that differ in one character only never share a hash (FNV-1a).
 */
export function valueHash(value: Value | undefined): number {
  const text = canonical(value);
  if (text === '') return 0;
  let hash = OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  }
  return hash >>> 0 || 1;
}

function canonical(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return `b${value}`;
  if (typeof value === 'string') return `s${plain(value)}`;
  const items = [...new Set(value.map(plain))].sort();
  return items.length === 0 ? '' : `l${JSON.stringify(items)}`;
}

function plain(text: string): string {
  return text.trim().normalize('NFC');
}
