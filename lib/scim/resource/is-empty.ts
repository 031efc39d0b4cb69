import type { Json } from '../../sync/entry.ts';

/**
 * Whether a value says that there is none: null, "", [], {} (RFC 7643 section 2.5 for null and []),
 * and `{"value": ""}`, by which Entra clears a manager.
 */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  const [first, ...others] = Object.entries(value);
  if (first === undefined) return true;
  const [name, inner] = first;
  return others.length === 0 && name.toLowerCase() === 'value' && (inner === null || inner === '');
}
