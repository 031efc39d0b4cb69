import type { Json } from '../../sync/entry.ts';
import type { AttributePath } from '../path/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { Filter } from './filter.ts';
import { isPresent, matchValue, type ValueTest } from './match-value.ts';

/** Says of a resource, or of one value of an attribute, whether a filter matches. */
export type Predicate = (document: Readonly<Record<string, Json>>) => boolean;

/**
 * Makes a filter into closures. The document is a resource as it is answered: `id`, `meta` and
 * `schemas` are in it, and of `members` and `groups` those that the filter asks for.
 *
 * A multi-valued attribute matches where one of its values does (RFC 7644 section 3.4.2.2), with `ne`
 * as well: `emails.value ne "x"` finds who has another address too, and nobody without any. A
 * single-valued attribute without a value differs from every value: `title ne "x"` finds who has
 * none. `eq null` finds who has none, `ne null` who has some. Letter case counts for `caseExact`
 * attributes only, dates compare by the instant they mean.
 */
export function compileFilter(filter: Filter): Predicate {
  switch (filter.kind) {
    case 'and':
      return filter.filters.map(compileFilter).reduceRight((rest, first) => both(first, rest));
    case 'or':
      return filter.filters.map(compileFilter).reduceRight((rest, first) => either(first, rest));
    case 'not':
      return not(compileFilter(filter.filter));
    case 'present':
      return reach(filter.path, isPresent);
    case 'element':
      return reach(filter.path, onElement(filter.path.attribute, compileFilter(filter.filter)));
    case 'compare': {
      const { path, operator, value } = filter;
      const test = matchValue(path.sub ?? path.attribute, operator, value);
      // Nothing is in a list that is empty, so that null is asked of the list itself.
      const isOfWhole = value === null && operator === 'eq';
      return isOfWhole ? not(reach(path, isPresent)) : reach(path, test);
    }
  }
}

function both(first: Predicate, rest: Predicate): Predicate {
  return (document) => first(document) && rest(document);
}

function either(first: Predicate, rest: Predicate): Predicate {
  return (document) => first(document) || rest(document);
}

function not(matches: Predicate): Predicate {
  return (document) => !matches(document);
}

/** Takes a test to the place of a path. */
function reach({ extension, attribute, sub }: AttributePath, test: ValueTest): Predicate {
  const ofValue = sub ? inside(sub.name, test) : test;
  const ofAttribute = inside(attribute.name, attribute.multiValued ? onAny(ofValue) : ofValue);
  return extension === undefined ? ofAttribute : inside(extension, ofAttribute);
}

/** Resources are plain objects: of these a name could only be inherited where all of them have it. */
function inside(name: string, test: ValueTest): ValueTest {
  if (name in Object.prototype)
    return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  return (value) => test(isObject(value) ? value[name] : undefined);
}

function onAny(test: ValueTest): ValueTest {
  return (value) => {
    if (!Array.isArray(value)) return value !== undefined && value !== null && test(value);
    for (const one of value) if (test(one)) return true;
    return false;
  };
}

/** A value that has no sub-attributes is `value` to the filter in the brackets. */
function onElement({ type }: Attribute, matches: Predicate): ValueTest {
  if (type !== 'complex') return (value) => matches({ value: value ?? null });
  return (value) => isObject(value) && matches(value);
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
