import type { Json } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { FilterValue, Operator } from './filter.ts';
import { instantComparer, instantOf } from './instant.ts';
import { isSameFolded } from './same-folded.ts';

/** Says of one value whether it matches; undefined = the attribute has none. */
export type ValueTest = (value: Json | undefined) => boolean;

type Order = 'gt' | 'ge' | 'lt' | 'le';

/** What the operators ask of the sign of a comparison. */
const IN_ORDER: Readonly<Record<Order, (sign: number) => boolean>> = {
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

/**
 * Compares a value with one that stays the same. No value differs from every value: `ne` is the
 * opposite of `eq` for each single value, and no other operator matches where there is none (RFC 7643
 * section 2.5: unassigned is a state like null).
 */
export function matchValue(
  attribute: Attribute,
  operator: Operator,
  wanted: FilterValue,
): ValueTest {
  if (operator === 'ne') {
    const isSame = matchSame(attribute, wanted);
    return (value) => !isSame(value);
  }
  return operator === 'eq' ? matchSame(attribute, wanted) : matchOther(attribute, operator, wanted);
}

/** Whether there is anything in a value: null, "", [] and {} are nothing (RFC 7643 section 2.5). */
export function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(isPresent);
}

function matchSame(attribute: Attribute, wanted: FilterValue): ValueTest {
  if (wanted === null) return (value) => !isPresent(value);
  if (typeof wanted !== 'string') return (value) => value === wanted;
  if (attribute.type === 'dateTime') return matchInstant((sign) => sign === 0, wanted);
  if (isExact(attribute)) return (value) => value === wanted;
  const folded = foldName(wanted);
  return (value) => typeof value === 'string' && isSameFolded(value, folded);
}

function matchOther(
  attribute: Attribute,
  operator: Exclude<Operator, 'eq' | 'ne'>,
  wanted: FilterValue,
): ValueTest {
  if (operator === 'co' || operator === 'sw' || operator === 'ew')
    return matchPart(attribute, operator, String(wanted));
  const fits = IN_ORDER[operator];
  if (typeof wanted === 'number')
    return (value) => typeof value === 'number' && fits(value - wanted);
  if (attribute.type === 'dateTime') return matchInstant(fits, String(wanted));
  const inCase = casing(attribute);
  const text = inCase(String(wanted));
  return (value) => typeof value === 'string' && fits(compareTexts(inCase(value), text));
}

function matchPart(attribute: Attribute, operator: 'co' | 'sw' | 'ew', wanted: string): ValueTest {
  const inCase = casing(attribute);
  const part = inCase(wanted);
  if (operator === 'co')
    return (value) => typeof value === 'string' && inCase(value).includes(part);
  if (operator === 'sw')
    return (value) => typeof value === 'string' && inCase(value).startsWith(part);
  return (value) => typeof value === 'string' && inCase(value).endsWith(part);
}

function matchInstant(fits: (sign: number) => boolean, wanted: string): ValueTest {
  const instant = instantOf(wanted);
  if (instant === undefined) return () => false;
  const compare = instantComparer(instant);
  return (value) => {
    if (typeof value !== 'string') return false;
    const sign = compare(value);
    return sign !== undefined && fits(sign);
  };
}

/** Binary values are exact always (RFC 7643 section 2.3.6). */
function isExact({ caseExact, type }: Attribute): boolean {
  return caseExact || type === 'binary';
}

function casing(attribute: Attribute): (text: string) => string {
  return isExact(attribute) ? (text) => text : (text) => text.toLowerCase();
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
