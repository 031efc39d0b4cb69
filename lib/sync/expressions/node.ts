import type { Json } from '../entry.ts';
import type { Operator } from './compare.ts';
import type { ExpressionContext } from './evaluate.ts';
import type { ExpressionValue } from './value.ts';

/** What an expression is evaluated on. */
export interface Scope {
  readonly entry: Readonly<Record<string, Json>>;
  readonly context: ExpressionContext;
}

/** Yields the value of a part of an expression. */
export type Evaluator = (scope: Scope) => ExpressionValue;

interface Part {
  /** 0-based offset in the text. */
  readonly position: number;
  /** Made when the expression is read, so that evaluating only runs closures. */
  readonly evaluate: Evaluator;
}

/** A part of an expression that was read. */
export type Node =
  /** "text", a number, True, False, or a word such as vbTextCompare. */
  | (Part & { readonly kind: 'literal'; readonly value: string | number | boolean })
  /** A position between commas with nothing in it. */
  | (Part & { readonly kind: 'empty' })
  /** [name] */
  | (Part & { readonly kind: 'source'; readonly name: string })
  /** Name(argument, ...) */
  | (Part & { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] })
  /** left = right; the position is the operator's. */
  | (Part & {
      readonly kind: 'comparison';
      readonly operator: Operator;
      readonly left: Node;
      readonly right: Node;
    })
  /** part & part & ... */
  | (Part & { readonly kind: 'concatenation'; readonly parts: readonly Node[] });
