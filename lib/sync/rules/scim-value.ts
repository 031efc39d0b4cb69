import type { Json, Value } from '../entry.ts';

/** A property's value as an attribute holds it; undefined = empty. */
export function scimValue(value: Json | undefined): Value | undefined {
  if (Array.isArray(value)) {
    // Single-valued targets take the first: businessPhones holds at most one (Graph docs: user).
    return scimValue(value[0]);
  }
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
