import {
  type AttributePath,
  findAttribute,
  findInElement,
  shownName,
} from '../path/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { readComparison } from './comparison.ts';
import type { Filter } from './filter.ts';
import { Tokens } from './tokens.ts';

/** How many parentheses and brackets may stand inside each other. */
const MAX_DEPTH = 16;
/** How many attributes a filter may ask for. */
const MAX_TERMS = 64;

/** What the names of a filter mean where they stand. */
interface Scope {
  readonly find: (name: string) => AttributePath | undefined;
  /** Brackets do not stand in brackets. */
  readonly isElement: boolean;
}

interface Parsing {
  readonly tokens: Tokens;
  terms: number;
}

/**
 * Reads a filter by recursive descent (RFC 7644 figure 1); words in any case, `and` before `or`:
 *
 *     or        = and { "or" and }
 *     and       = term { "and" term }
 *     term      = [ "not" ] "(" or ")" | attribute test | attribute "[" or "]" [ "." name test ]
 *     test      = "pr" | operator value
 *
 * A name behind the brackets is Entra's, beyond the RFC: `emails[type eq "work"].value eq "x"` asks
 * for one value that meets both.
 *
 * @throws ScimError `invalidFilter`; `tooMany` where it asks for more than 64 attributes
 */
export function parseFilter(text: string, schema: ResourceSchema): Filter {
  const tokens = new Tokens(text, 'invalidFilter');
  const scope = { find: (name: string) => findAttribute(schema, name), isElement: false };
  const filter = readOr({ tokens, terms: 0 }, scope, 0);
  tokens.expect('end', '"and" or "or"');
  return filter;
}

/**
 * Reads the filter between the brackets behind an attribute, and the closing bracket.
 * @throws ScimError
 */
export function readElementFilter(tokens: Tokens, attribute: Attribute): Filter {
  return readElement({ tokens, terms: 0 }, attribute, 0);
}

function readOr(parsing: Parsing, scope: Scope, depth: number): Filter {
  const { tokens } = parsing;
  if (depth > MAX_DEPTH) tokens.fail(`it is nested deeper than ${MAX_DEPTH}`);
  const filters = [readAnd(parsing, scope, depth)];
  while (tokens.takesWord('or')) filters.push(readAnd(parsing, scope, depth));
  return joined('or', filters);
}

function readAnd(parsing: Parsing, scope: Scope, depth: number): Filter {
  const filters = [readTerm(parsing, scope, depth)];
  while (parsing.tokens.takesWord('and')) filters.push(readTerm(parsing, scope, depth));
  return joined('and', filters);
}

function joined(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const [first] = filters;
  return first && filters.length === 1 ? first : { kind, filters };
}

function readTerm(parsing: Parsing, scope: Scope, depth: number): Filter {
  const { tokens } = parsing;
  if (tokens.takes('(')) return readGroup(parsing, scope, depth + 1);
  if (tokens.next.kind !== 'word') return tokens.fail('an attribute is missing');
  const name = tokens.take().text;
  if (name.toLowerCase() === 'not' && tokens.takes('('))
    return { kind: 'not', filter: readGroup(parsing, scope, depth + 1) };
  const path = scope.find(name);
  if (!path) return tokens.fail(`there is no attribute ${shownName(name)}`);
  if (scope.isElement || !tokens.takes('[')) return readTest(parsing, path);
  return readValuePath(parsing, path, depth + 1);
}

function readGroup(parsing: Parsing, scope: Scope, depth: number): Filter {
  const filter = readOr(parsing, scope, depth);
  parsing.tokens.expect(')', 'a closing parenthesis');
  return filter;
}

function readTest(parsing: Parsing, path: AttributePath): Filter {
  const { tokens } = parsing;
  parsing.terms += 1;
  if (parsing.terms > MAX_TERMS)
    tokens.fail(`it asks for more than ${MAX_TERMS} attributes`, 'tooMany');
  return tokens.takesWord('pr') ? { kind: 'present', path } : readComparison(tokens, path);
}

function readValuePath(parsing: Parsing, path: AttributePath, depth: number): Filter {
  const { tokens } = parsing;
  if (path.sub) return tokens.fail('brackets stand behind an attribute, not a sub-attribute');
  const filter = readElement(parsing, path.attribute, depth);
  const { kind, text } = tokens.next;
  if (kind !== 'word' || !text.startsWith('.')) return { kind: 'element', path, filter };
  tokens.take();
  const attribute = subAttribute(path.attribute, text.slice(1));
  if (!attribute) return tokens.fail(`there is no sub-attribute ${shownName(text.slice(1))}`);
  const test = readTest(parsing, { extension: undefined, attribute, sub: undefined });
  return { kind: 'element', path, filter: { kind: 'and', filters: [filter, test] } };
}

function readElement(parsing: Parsing, attribute: Attribute, depth: number): Filter {
  const find = (name: string) => findInElement(attribute, name);
  const filter = readOr(parsing, { find, isElement: true }, depth);
  parsing.tokens.expect(']', 'a closing bracket');
  return filter;
}
