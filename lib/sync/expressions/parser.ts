import type { Operator } from './compare.ts';
import type { FunctionDefinition } from './definition.ts';
import { FUNCTIONS } from './functions.ts';
import { MAX_DEPTH } from './limits.ts';
import type { Node } from './node.ts';
import { calling, comparison, concatenation, empty, literal, source } from './nodes.ts';
import { Reader } from './reader.ts';
import { valueOfWhole, wholeOf } from './value.ts';

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['=', '<>', '>', '>=', '<', '<=']);
const OPERATOR = /<>|>=|<=|[=<>]/y;
const AMPERSAND = /&/y;
const HEX = /&[Hh][0-9A-Fa-f]{1,16}(?![0-9A-Za-z])/y;
const WHOLE = /-?\d{1,20}(?![\d.A-Za-z])/y;
const NUMERIC = /[-\d]|&[Hh]/y;
const WORD = /[A-Za-z]\w*/y;
const OPENING = /\(/y;
const CLOSING = /\)/y;
const COMMA = /,/y;

/** Words that stand for themselves: the truth values, and what InStr and ConvertFromBase64 know. */
const WORDS: ReadonlyMap<string, string | boolean> = new Map<string, string | boolean>([
  ['True', true],
  ['False', false],
  ...['vbTextCompare', 'vbBinaryCompare', 'Unicode', 'ASCII', 'UTF8'].map(
    (word) => [word, word] as const,
  ),
]);

/** What is read of an expression. */
export interface Parsed {
  readonly root: Node;
  /** The properties that it reads, each once, in order of appearance. */
  readonly sources: readonly string[];
  readonly isVolatile: boolean;
}

interface Parsing {
  readonly reader: Reader;
  readonly sources: Set<string>;
  /** Calls that may only stand at the top. */
  readonly topOnly: Node[];
  isVolatile: boolean;
}

/**
 * Reads an expression by recursive descent:
 *
 *     expression  = joined [ operator joined ]
 *     joined      = operand { "&" operand }
 *     operand     = "text" | [attribute] | number | &Hhex | word | Name( [ argument { , argument } ] )
 *     argument    = expression, or nothing
 *
 * @throws ExpressionError
 */
export function parse(text: string): Parsed {
  const parsing: Parsing = {
    reader: new Reader(text),
    sources: new Set(),
    topOnly: [],
    isVolatile: false,
  };
  const { reader, sources, topOnly } = parsing;
  if (reader.peek() === '') return reader.fail('the expression is empty', 0);
  const root = parseExpression(parsing, 0);
  if (reader.peek() !== '') return reader.unexpected();
  const [misplaced] = topOnly.filter((node) => node !== root);
  if (misplaced?.kind === 'call')
    return reader.fail(`${misplaced.name}: can only be the whole expression`, misplaced.position);
  return { root, sources: [...sources], isVolatile: parsing.isVolatile };
}

function parseExpression(parsing: Parsing, depth: number): Node {
  const { reader } = parsing;
  const left = parseJoined(parsing, depth);
  const operator = reader.take(OPERATOR);
  if (operator === undefined || !isOperator(operator)) return left;
  const position = reader.at - operator.length;
  return comparison(operator, left, parseJoined(parsing, depth), position);
}

function parseJoined(parsing: Parsing, depth: number): Node {
  const { reader } = parsing;
  const first = parseOperand(parsing, depth);
  reader.peek();
  const position = reader.at;
  const parts = [first];
  while (reader.take(AMPERSAND) !== undefined) parts.push(parseOperand(parsing, depth));
  return parts.length === 1 ? first : concatenation(parts, position);
}

function parseOperand(parsing: Parsing, depth: number): Node {
  const { reader, sources } = parsing;
  const start = reader.peek();
  const position = reader.at;
  if (start === '"') return literal(reader.takeText(), position);
  if (start === '[') {
    const name = reader.takeName();
    sources.add(name);
    return source(name, position);
  }
  const digits = reader.take(HEX)?.replace(/&h/i, '0x') ?? reader.take(WHOLE);
  if (digits !== undefined) return parseNumber(reader, digits, position);
  if (reader.take(NUMERIC) !== undefined)
    return reader.fail('numbers are whole, and have at most 64 bits', position);
  const word = reader.take(WORD);
  if (word === undefined) return reader.unexpected();
  if (reader.take(OPENING) !== undefined) return parseCall(parsing, word, position, depth + 1);
  const value = WORDS.get(word);
  if (value !== undefined) return literal(value, position);
  return reader.fail(
    `${shown(word)} is no function: attributes stand in brackets, texts in quotation marks`,
    position,
  );
}

function parseNumber(reader: Reader, digits: string, position: number): Node {
  const whole = digits.startsWith('0x') ? BigInt(digits) : wholeOf(digits);
  if (typeof whole !== 'bigint')
    return reader.fail('numbers are whole, and have at most 64 bits', position);
  return literal(valueOfWhole(whole), position);
}

function parseCall(parsing: Parsing, name: string, position: number, depth: number): Node {
  const { reader, topOnly } = parsing;
  if (depth > MAX_DEPTH)
    return reader.fail(`more than ${MAX_DEPTH} functions stand inside each other`, position);
  const definition = definitionOf(reader, name, position);
  const args = parseArguments(parsing, depth);
  checkArguments(reader, definition, args, { name, position });
  const node = calling(definition, name, position, args);
  if (definition.isTopOnly) topOnly.push(node);
  if (definition.isVolatile) parsing.isVolatile = true;
  return node;
}

function parseArguments(parsing: Parsing, depth: number): readonly Node[] {
  const { reader } = parsing;
  if (reader.take(CLOSING) !== undefined) return [];
  const args: Node[] = [];
  do {
    const next = reader.peek();
    const isEmpty = next === ',' || next === ')';
    args.push(isEmpty ? empty(reader.at) : parseExpression(parsing, depth));
  } while (reader.take(COMMA) !== undefined);
  return reader.take(CLOSING) === undefined ? reader.unexpected() : args;
}

function checkArguments(
  reader: Reader,
  definition: FunctionDefinition,
  args: readonly Node[],
  { name, position }: { name: string; position: number },
): void {
  const { min, max, isEven, mayBeEmpty } = definition;
  const count = args.length;
  const isCount = count >= min && count <= max && !(isEven && count % 2 === 1);
  if (!isCount) reader.fail(`${name}: takes ${wanted(definition)}, not ${count}`, position);
  const index = args.findIndex((arg, at) => arg.kind === 'empty' && !mayBeEmpty?.(at, count));
  const missing = args[index];
  if (missing) reader.fail(`${name}: argument ${index + 1} is empty`, missing.position);
}

function wanted({ min, max, isEven }: FunctionDefinition): string {
  const plural = (count: number) => (count === 1 ? '1 argument' : `${count} arguments`);
  if (isEven) return `an even number of arguments, at least ${min}`;
  if (max === Number.POSITIVE_INFINITY) return `at least ${plural(min)}`;
  return min === max ? plural(min) : `${min} to ${plural(max)}`;
}

function definitionOf(reader: Reader, name: string, position: number): FunctionDefinition {
  const definition = FUNCTIONS.get(name);
  if (definition) return definition;
  const meant = [...FUNCTIONS.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  const hint = meant === undefined ? '' : `; names are case-sensitive: ${meant}`;
  return reader.fail(`${shown(name)} is no known function${hint}`, position);
}

/** A word as it is shown in a message. */
function shown(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}...` : word;
}

function isOperator(text: string): text is Operator {
  return OPERATORS.has(text);
}
