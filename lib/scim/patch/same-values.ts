import type { Json } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { isObject } from '../resource/located-value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/sub-attribute.ts';

/** Finds among values of an attribute the one that is the same as another. */
interface SameValues {
  /** Its position. */
  find(value: Json): number | undefined;
}

interface Identity {
  readonly value: string;
  /** Undefined = it goes with any type. */
  readonly type: string | undefined;
}

/**
 * Values are the same by their `value`, and by their type where both have one; Entra names members
 * and the like by the value alone. What has no `value`, such as addresses, is the same where all of
 * it is.
 */
function sameValues(attribute: Attribute, values: readonly Json[]): SameValues {
  const known = new Map<string, Map<string | undefined, number>>();
  values.forEach((one, at) => {
    const { value, type } = identityOf(attribute, one);
    const byType = known.get(value) ?? new Map<string | undefined, number>();
    known.set(value, byType);
    if (!byType.has(type)) byType.set(type, at);
  });
  return {
    find: (one) => {
      const { value, type } = identityOf(attribute, one);
      const byType = known.get(value);
      if (type === undefined) return byType?.values().next().value;
      return byType?.get(type) ?? byType?.get(undefined);
    },
  };
}

/** Values with others added to them; one that is there already takes up what is new of it. */
export function withAdded(
  attribute: Attribute,
  values: readonly Json[],
  added: readonly Json[],
): readonly Json[] {
  const known = sameValues(attribute, values);
  const result = [...values];
  const fresh: Json[] = [];
  for (const one of added) {
    const at = known.find(one);
    const there = at === undefined ? undefined : result[at];
    if (at === undefined) fresh.push(one);
    else if (isObject(there) && isObject(one)) result[at] = { ...there, ...one };
  }
  const first = sameValues(attribute, fresh);
  return [...result, ...fresh.filter((one, at) => first.find(one) === at)];
}

/** Values without those that are listed. */
export function withoutListed(
  attribute: Attribute,
  values: readonly Json[],
  listed: readonly Json[],
): readonly Json[] {
  const gone = sameValues(attribute, listed);
  return values.filter((one) => gone.find(one) === undefined);
}

function identityOf(attribute: Attribute, one: Json): Identity {
  if (!isObject(one)) return { value: textOf(attribute, one), type: undefined };
  const sub = subAttribute(attribute, 'value');
  const { value, type } = one;
  if (!sub || value === undefined) return { value: canonical(one), type: undefined };
  return {
    value: textOf(sub, value),
    type: typeof type === 'string' ? foldName(type) : undefined,
  };
}

function textOf({ caseExact }: Attribute, value: Json): string {
  return typeof value === 'string' && !caseExact ? foldName(value) : JSON.stringify(value);
}

function canonical(one: { readonly [name: string]: Json }): string {
  return JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
}
