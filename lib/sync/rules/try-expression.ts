import type { Json, Kind, Properties } from '../entry.ts';
import { type ExpressionContext, evaluate, IGNORED } from '../expressions/evaluate.ts';
import { ExpressionError, type ExpressionValue } from '../expressions/expression.ts';
import type { ObjectExpression } from './object-expression.ts';
import { propertyNamed } from './properties.ts';

/** What an expression comes to for one object, or its fault. */
export type Tried =
  | {
      readonly value: ExpressionValue;
      /** The properties that it reads, and what the object has of them. */
      readonly sources: Readonly<Record<string, Json>>;
      /** Nothing flows (IgnoreFlowIfNullOrEmpty). */
      readonly ignored?: true;
    }
  | { readonly error: ExpressionFault };

/** What is wrong with an expression, and where, counted from 0. */
export interface ExpressionFault {
  readonly message: string;
  readonly position: number;
}

/** Tries an expression on one object; what an index does not find counts as null, as in a mapping. */
export function tryExpression(
  { expression, sources, entryOf }: ObjectExpression,
  properties: Properties,
  context: ExpressionContext,
): Tried {
  const read = Object.fromEntries(sources.map((name) => [name, properties[name] ?? null]));
  try {
    const value = evaluate(expression, entryOf(properties), context);
    if (value === IGNORED) return { value: null, sources: read, ignored: true };
    return { value, sources: read };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.isAbsence ? { value: null, sources: read } : { error: faultOf(error) };
  }
}

/** A fault as an editor shows it. */
export function faultOf({ message, position }: ExpressionError): ExpressionFault {
  return { message, position };
}

/**
 * An object's properties under Graph's names, as somebody wrote them: in any case, the exact spelling
 * first. What is no property of the kind is left out.
 */
export function knownProperties(kind: Kind, written: Properties): Properties {
  const known = new Map<string, Json>();
  for (const [name, value] of Object.entries(written)) {
    const property = propertyNamed(kind, name);
    if (!property.ok) continue;
    if (name === property.name || !known.has(property.name)) known.set(property.name, value);
  }
  return Object.fromEntries(known);
}
