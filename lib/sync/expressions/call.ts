import { ExpressionError } from './expression-error.ts';
import { MAX_RESULT } from './limits.ts';
import type { Node, Scope } from './node.ts';
import { type ExpressionValue, isList, textOf, truthOf, wholeOf } from './value.ts';

/**
 * One call in an expression, as its function sees it: arguments are evaluated when they are asked
 * for, so that a function which asks for one branch evaluates one branch.
 */
export class Call {
  readonly name: string;
  readonly position: number;
  readonly args: readonly Node[];
  #absence: ExpressionError | undefined;

  constructor(name: string, position: number, args: readonly Node[]) {
    this.name = name;
    this.position = position;
    this.args = args;
  }

  /** @throws ExpressionError always */
  fail(message: string, position: number = this.position): never {
    throw new ExpressionError(`${this.name}: ${message}`, position);
  }

  /** @throws ExpressionError always: one that the catching functions take for null */
  failAbsent(message: string): never {
    // Made once: it is no accident, and a stack for each entry would cost more than the rest.
    this.#absence ??= new ExpressionError(`${this.name}: ${message}`, this.position, true);
    throw this.#absence;
  }

  /** @throws ExpressionError always: for what must not even be built */
  failTooLong(): never {
    return this.fail(`the result is longer than ${MAX_RESULT} characters`);
  }

  /** Whether an argument is there: neither left out nor left empty. */
  isGiven(index: number): boolean {
    const node = this.args[index];
    return node !== undefined && node.kind !== 'empty';
  }

  /** The value of an argument; null where it is left out or empty. */
  value(scope: Scope, index: number): ExpressionValue {
    return this.args[index]?.evaluate(scope) ?? null;
  }

  /** Like value, but null where Item() finds nothing: the catching functions read so. */
  valueOrAbsence(scope: Scope, index: number): ExpressionValue {
    try {
      return this.value(scope, index);
    } catch (error) {
      if (error instanceof ExpressionError && error.isAbsence) return null;
      throw error;
    }
  }

  text(scope: Scope, index: number): string | null {
    const text = textOf(this.value(scope, index));
    return text === undefined ? this.wrong(index, 'single value') : text;
  }

  /** A whole number that a double holds exactly. */
  whole(scope: Scope, index: number): number | null {
    const value = this.value(scope, index);
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    const whole = wholeOf(value);
    const isFit = whole === null || (whole !== undefined && Number.isSafeInteger(Number(whole)));
    if (!isFit) return this.wrong(index, 'whole number');
    return whole === null ? null : Number(whole);
  }

  /** A whole number that must be there. */
  count(scope: Scope, index: number): number {
    return this.whole(scope, index) ?? this.wrong(index, 'whole number');
  }

  /** A whole number of up to 64 bits. */
  wide(scope: Scope, index: number): bigint | null {
    const whole = wholeOf(this.value(scope, index));
    return whole === undefined ? this.wrong(index, 'whole number') : whole;
  }

  truth(scope: Scope, index: number): boolean {
    return truthOf(this.value(scope, index)) ?? this.wrong(index, 'truth value');
  }

  /** The values of an argument: a single one is a list of one, null a list of none. */
  list(scope: Scope, index: number): readonly ExpressionValue[] {
    const value = this.value(scope, index);
    if (value === null) return [];
    return isList(value) ? value : [value];
  }

  /**
   * What a function makes of a text argument: once where the argument is constant, so that faults
   * show when the expression is read. Of others only the last is kept.
   */
  prepared<T>(index: number, make: (text: string) => T): (scope: Scope) => T | null {
    const node = this.args[index];
    if (node?.kind === 'literal') {
      const made = make(textOf(node.value) ?? '');
      return () => made;
    }
    let last: { readonly text: string; readonly made: T } | undefined;
    return (scope) => {
      const text = this.text(scope, index);
      if (text === null) return null;
      if (last?.text !== text) last = { text, made: make(text) };
      return last.made;
    };
  }

  private wrong(index: number, what: string): never {
    return this.fail(`argument ${index + 1} is no ${what}`);
  }
}
