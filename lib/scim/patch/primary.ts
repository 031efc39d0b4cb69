import type { Json } from '../../sync/entry.ts';
import { isObject } from '../resource/located-value.ts';
import { ScimError } from '../scim-error.ts';

/**
 * Where an operation made a value the primary one, no other is any more (RFC 7644 section 3.5.2).
 * @param before the values before the operation: those that are the very same ones were left alone
 * @throws ScimError 400 `invalidValue` where it made several the primary one
 */
export function settlePrimary(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  if (after.filter(isPrimary).length < 2) return after;
  const old = new Set(before);
  const chosen = after.filter((one) => isPrimary(one) && !old.has(one));
  if (chosen.length > 1)
    throw new ScimError(400, 'invalidValue', 'only one value of an attribute can be primary');
  if (chosen.length === 0) return after;
  return after.map((one) =>
    isPrimary(one) && isObject(one) && one !== chosen[0] ? { ...one, primary: false } : one,
  );
}

function isPrimary(one: Json): boolean {
  return isObject(one) && one.primary === true;
}
