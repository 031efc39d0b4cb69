import type { Json, Kind, Properties } from '../entry.ts';
import type { Expression } from '../expressions/expression.ts';
import { ExpressionError, parseExpression } from '../expressions/expression.ts';
import type { Node } from '../expressions/node.ts';
import { propertyNamed } from './properties.ts';

/** An expression about objects of a kind, whose properties are known to be there. */
export interface ObjectExpression {
  readonly expression: Expression;
  /** The properties that it reads, in Graph's spelling, each once. */
  readonly sources: readonly string[];
  /** What it is evaluated on, under the names that it uses. */
  readonly entryOf: (properties: Properties) => Readonly<Record<string, Json>>;
}

/**
 * Reads an expression about users or groups. Names of properties are written as people like; the
 * object has them in Graph's spelling.
 * @throws ExpressionError also where there is no such property, with its position
 */
export function parseObjectExpression(kind: Kind, text: string): ObjectExpression {
  const expression = parseExpression(text);
  const names = new Map(expression.sources.map((name) => [name, known(kind, name, expression)]));
  return {
    expression,
    sources: [...new Set(names.values())],
    entryOf: (properties) =>
      Object.fromEntries([...names].map(([asked, name]) => [asked, properties[name] ?? null])),
  };
}

function known(kind: Kind, name: string, { root }: Expression): string {
  const property = propertyNamed(kind, name);
  if (property.ok) return property.name;
  throw new ExpressionError(property.reason, placeOf(root, name) ?? 0);
}

/** Where a property is read first. */
function placeOf(node: Node, name: string): number | undefined {
  if (node.kind === 'source') return node.name === name ? node.position : undefined;
  const places = partsOf(node).flatMap((part) => placeOf(part, name) ?? []);
  return places.length > 0 ? Math.min(...places) : undefined;
}

function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'call':
      return node.args;
    case 'concatenation':
      return node.parts;
    case 'comparison':
      return [node.left, node.right];
    default:
      return [];
  }
}
