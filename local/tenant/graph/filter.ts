import type {
  DirectoryObject,
  Json,
  ObjectKind,
  ObjectState,
} from '../directory/directory-object.ts';
import { badRequest, unsupportedQuery } from './graph-error.ts';
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

type Literal = string | boolean | number | null;
type Comparison = (left: Json | undefined, right: Literal) => boolean;

const TOKEN = /\s*('(?:[^']|'')*'|[()/,:]|[^\s()/,:']+(?::[^\s()/,']+)*)/gy;

const lower = (value: unknown): unknown =>
  typeof value === 'string' ? value.toLowerCase() : (value ?? null);

const equals: Comparison = (left, right) => lower(left) === lower(right);
const ordered =
  (fits: (sign: number) => boolean): Comparison =>
  (left, right) =>
    typeof left === 'string' &&
    typeof right === 'string' &&
    fits(left < right ? -1 : left > right ? 1 : 0);

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: equals,
  ne: (left, right) => !equals(left, right),
  ge: ordered((sign) => sign >= 0),
  le: ordered((sign) => sign <= 0),
  gt: ordered((sign) => sign > 0),
  lt: ordered((sign) => sign < 0),
};

const FUNCTIONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  startswith: (left, right) => left.startsWith(right),
  endswith: (left, right) => left.endsWith(right),
};

/** Reads a `$filter`. Throws GraphError 400 where it is not understood. */
export function parseFilter(kind: ObjectKind, text: string): Filter {
  const parser = new FilterParser(kind, tokensOf(text));
  const filter = parser.either();
  parser.end();
  return filter;
}

function tokensOf(text: string): string[] {
  const tokens = [...text.trimEnd().matchAll(TOKEN)].map((match) => match[1] ?? '');
  if (tokens.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw invalidClause();
  return tokens;
}

const invalidClause = () => badRequest('Invalid filter clause.');

function literalOf(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}

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
    const compare = FUNCTIONS[name.toLowerCase()];
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
    return { fits, isAdvanced: name.toLowerCase() === 'endswith', lookups: undefined };
  }

  #condition(name: string): Filter {
    const property = this.#property(name);
    if (this.#skip('/')) return this.#any(property);
    const operator = this.#next().toLowerCase();
    if (operator === 'in') return this.#oneOf(property);
    const compare = COMPARISONS[operator];
    if (compare === undefined) throw invalidClause();
    const literal = literalOf(this.#next());
    return {
      fits: (object, state) => compare(held(object, state, property), literal),
      isAdvanced: operator === 'ne',
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
    return { fits, isAdvanced: false, lookups: lookupsOf(property, values) };
  }

  #property(name: string): string {
    if (name.toLowerCase() === 'id') return 'id';
    const proper = properName(this.#kind, name);
    if (proper === undefined)
      throw unsupportedQuery(
        `Unsupported or invalid query filter clause specified for property '${name}' of resource.`,
      );
    return proper;
  }

  #next(): string {
    const token = this.#tokens[this.#place];
    if (token === undefined) throw invalidClause();
    this.#place += 1;
    return token;
  }

  #skip(word: string): boolean {
    if (this.#tokens[this.#place]?.toLowerCase() !== word.toLowerCase()) return false;
    this.#place += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#skip(word)) throw invalidClause();
  }
}

function held(object: DirectoryObject, state: ObjectState, property: string): Json | undefined {
  return property === 'id' ? object.id : state.properties[property];
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
