import type { Json } from '../entry.ts';
import { Call } from './call.ts';
import { compare, type Operator } from './compare.ts';
import type { FunctionDefinition } from './definition.ts';
import { ExpressionError } from './expression-error.ts';
import { MAX_RESULT } from './limits.ts';
import type { Evaluator, Node } from './node.ts';
import { type ExpressionValue, isList, textOf } from './value.ts';

/** A constant. */
export function literal(value: string | number | boolean, position: number): Node {
  return { kind: 'literal', value, position, evaluate: () => value };
}

/** An empty argument. */
export function empty(position: number): Node {
  return { kind: 'empty', position, evaluate: () => null };
}

/** [name]: null where the entry has no such property of its own, or an empty list. */
export function source(name: string, position: number): Node {
  const evaluate: Evaluator = ({ entry }) => {
    const value: Json = Object.hasOwn(entry, name) ? (entry[name] ?? null) : null;
    return Array.isArray(value) && value.length === 0 ? null : value;
  };
  return { kind: 'source', name, position, evaluate };
}

/** Name(argument, ...); what it yields is bounded. */
export function calling(
  definition: FunctionDefinition,
  name: string,
  position: number,
  args: readonly Node[],
): Node {
  const call = new Call(name, position, args);
  const run = definition.prepare(call);
  const evaluate: Evaluator = (scope) => bounded(run(scope), position, name);
  return { kind: 'call', name, position, args, evaluate };
}

/** left = right */
export function comparison(operator: Operator, left: Node, right: Node, position: number): Node {
  const sides = [conditionSide(left), conditionSide(right)] as const;
  const evaluate: Evaluator = (scope) => {
    const isTrue = compare(operator, sides[0](scope), sides[1](scope));
    if (isTrue === undefined)
      throw new ExpressionError(`${operator}: a side holds several values`, position);
    return isTrue;
  };
  return { kind: 'comparison', operator, left, right, position, evaluate };
}

/** part & part: null adds nothing, as in Visual Basic. */
export function concatenation(parts: readonly Node[], position: number): Node {
  const evaluate: Evaluator = (scope) => {
    let joined = '';
    for (const part of parts) {
      const text = textOf(part.evaluate(scope));
      if (text === undefined)
        throw new ExpressionError('&: a side holds several values', part.position);
      joined += text ?? '';
      bounded(joined, position, '&');
    }
    return joined;
  };
  return { kind: 'concatenation', parts, position, evaluate };
}

/**
 * The value itself, where it is not too long.
 *
 * @param name what is at fault otherwise
 */
export function bounded<T extends ExpressionValue>(value: T, position: number, name: string): T {
  if (lengthOf(value) <= MAX_RESULT) return value;
  throw new ExpressionError(
    `${name}: the result is longer than ${MAX_RESULT} characters`,
    position,
  );
}

/** Text counts its characters; a list those of its texts, and one for each item. */
function lengthOf(value: ExpressionValue): number {
  if (typeof value === 'string') return value.length;
  if (!isList(value)) return 0;
  const inItem = (item: ExpressionValue) => (typeof item === 'string' ? item.length : 0);
  return value.reduce<number>((sum, item) => sum + 1 + inItem(item), 0);
}

/** An attribute that is empty fails every comparison like one that is null (Entra docs: IIF, known limitations). */
function conditionSide(node: Node): Evaluator {
  if (node.kind !== 'source') return node.evaluate;
  return (scope) => {
    const value = node.evaluate(scope);
    return value === '' ? null : value;
  };
}
