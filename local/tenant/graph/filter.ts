import type {
  DirectoryObject,
  Json,
  ObjectKind,
  ObjectState,
} from '../directory/directory-object.ts';
import { valueAt } from '../directory/property-index.ts';
import { isAdvancedProperty } from './advanced-filters.ts';
import { NO_EXTENSION_ATTRIBUTES } from './extension-attributes.ts';
import {
  COMPARISONS,
  equals,
  FUNCTIONS,
  invalidClause,
  type Literal,
  literalOf,
  tokensOf,
} from './filter-terms.ts';
import { unsupportedQuery } from './graph-error.ts';
import { properName } from './properties.ts';

/** A value that an object must hold to fit; looked up instead of going through all objects. */
interface Lookup {
  readonly property: string;
  readonly value: string;
}

/** A condition of `$filter`. */
export interface Filter {
  fits(object: DirectoryObject, state: ObjectState): boolean;
  /** Only answered with `ConsistencyLevel: eventual` and `$count=true`. */
  readonly isAdvanced: boolean;
  /** Objects that hold none of these cannot fit; undefined = any might. */
  readonly lookups: readonly Lookup[] | undefined;
}

/** Reads a `$filter`. Throws GraphError 400 where it is not understood. */
export function parseFilter(kind: ObjectKind, text: string): Filter {
  const parser = new FilterParser(kind, tokensOf(text));
  const filter = parser.either();
  parser.end();
  return filter;
}

/** Objects whose parts can be filtered by. */
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['employeeOrgData', ['division', 'costCenter']],
  ['onPremisesExtensionAttributes', Object.keys(NO_EXTENSION_ATTRIBUTES)],
]);

const unsupportedProperty = (name: string) =>
  unsupportedQuery(
    `Unsupported or invalid query filter clause specified for property '${name}' of resource.`,
  );

const lookupsOf = (property: string, values: readonly Literal[]): Lookup[] | undefined =>
  values.every((value) => typeof value === 'string')
    ? values.map((value) => ({ property, value }))
    : undefined;

/** Recursive descent over `or`, `and`, `not`, brackets and single conditions. */
class FilterParser {
  readonly #kind: ObjectKind;
  readonly #tokens: readonly string[];
  #place = 0;

  constructor(kind: ObjectKind, tokens: readonly string[]) {
    this.#kind = kind;
    this.#tokens = tokens;
  }

  either(): Filter {
    let left = this.#both();
    while (this.#skip('or')) left = orOf(left, this.#both());
    return left;
  }

  end(): void {
    if (this.#place < this.#tokens.length) throw invalidClause();
  }

  #both(): Filter {
    let left = this.#single();
    while (this.#skip('and')) left = andOf(left, this.#single());
    return left;
  }

  #single(): Filter {
    if (this.#skip('not')) {
      const inner = this.#single();
      const fits: Filter['fits'] = (object, state) => !inner.fits(object, state);
      return { fits, isAdvanced: true, lookups: undefined };
    }
    if (this.#skip('(')) {
      const inner = this.either();
      this.#expect(')');
      return inner;
    }
    const name = this.#next();
    const compare = FUNCTIONS.get(name.toLowerCase());
    return compare === undefined ? this.#condition(name) : this.#function(name, compare);
  }

  #function(name: string, compare: (left: string, right: string) => boolean): Filter {
    this.#expect('(');
    const property = this.#property(this.#next());
    this.#expect(',');
    const wanted = literalOf(this.#next());
    if (typeof wanted !== 'string') throw invalidClause();
    this.#expect(')');
    const fits: Filter['fits'] = (object, state) => {
      const value = held(object, state, property);
      return typeof value === 'string' && compare(value.toLowerCase(), wanted.toLowerCase());
    };
    const isAdvanced = name.toLowerCase() === 'endswith' || this.#isAdvanced(property);
    return { fits, isAdvanced, lookups: undefined };
  }

  #condition(name: string): Filter {
    const whole = this.#property(name);
    const hasMore = this.#skip('/');
    if (hasMore && this.#isNext('any')) return this.#any(whole);
    const property = hasMore ? this.#part(whole) : whole;
    const operator = this.#next().toLowerCase();
    if (operator === 'in') return this.#oneOf(property);
    const compare = COMPARISONS.get(operator);
    if (compare === undefined) throw invalidClause();
    const literal = literalOf(this.#next());
    return {
      fits: (object, state) => compare(held(object, state, property), literal),
      isAdvanced: operator === 'ne' || this.#isAdvanced(property, literal),
      lookups: operator === 'eq' ? lookupsOf(property, [literal]) : undefined,
    };
  }

  /** `proxyAddresses/any(p:p eq 'smtp:x')`. */
  #any(property: string): Filter {
    this.#expect('any');
    this.#expect('(');
    const [variable = ''] = this.#next().split(':');
    this.#skip(':');
    this.#skip(variable);
    this.#expect('eq');
    const literal = literalOf(this.#next());
    this.#expect(')');
    const fits: Filter['fits'] = (object, state) => {
      const value = held(object, state, property);
      return Array.isArray(value) && value.some((entry: Json) => equals(entry, literal));
    };
    return { fits, isAdvanced: false, lookups: lookupsOf(property, [literal]) };
  }

  #oneOf(property: string): Filter {
    this.#expect('(');
    const values: Literal[] = [literalOf(this.#next())];
    while (this.#skip(',')) values.push(literalOf(this.#next()));
    this.#expect(')');
    const fits: Filter['fits'] = (object, state) =>
      values.some((value) => equals(held(object, state, property), value));
    const isAdvanced = this.#isAdvanced(property);
    return { fits, isAdvanced, lookups: lookupsOf(property, values) };
  }

  #isAdvanced(property: string, value?: Literal): boolean {
    return isAdvancedProperty(this.#kind, property, value);
  }

  /** A part of an object, in its path's proper spelling. */
  #part(property: string): string {
    const wanted = this.#next().toLowerCase();
    const part = PARTS.get(property)?.find((name) => name.toLowerCase() === wanted);
    if (part === undefined) throw unsupportedProperty(`${property}/${wanted}`);
    return `${property}/${part}`;
  }

  #property(name: string): string {
    if (name.toLowerCase() === 'id') return 'id';
    const proper = properName(this.#kind, name);
    if (proper === undefined) throw unsupportedProperty(name);
    return proper;
  }

  #next(): string {
    const token = this.#tokens[this.#place];
    if (token === undefined) throw invalidClause();
    this.#place += 1;
    return token;
  }

  #isNext(word: string): boolean {
    return this.#tokens[this.#place]?.toLowerCase() === word.toLowerCase();
  }

  #skip(word: string): boolean {
    if (!this.#isNext(word)) return false;
    this.#place += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#skip(word)) throw invalidClause();
  }
}

function held(object: DirectoryObject, state: ObjectState, property: string): Json | undefined {
  return property === 'id' ? object.id : valueAt(state.properties, property);
}

function andOf(left: Filter, right: Filter): Filter {
  return {
    fits: (object, state) => left.fits(object, state) && right.fits(object, state),
    isAdvanced: left.isAdvanced || right.isAdvanced,
    lookups: left.lookups ?? right.lookups,
  };
}

function orOf(left: Filter, right: Filter): Filter {
  const isNarrow = left.lookups !== undefined && right.lookups !== undefined;
  return {
    fits: (object, state) => left.fits(object, state) || right.fits(object, state),
    isAdvanced: left.isAdvanced || right.isAdvanced,
    lookups: isNarrow ? [...(left.lookups ?? []), ...(right.lookups ?? [])] : undefined,
  };
}
