/**
 * A fault in an expression, or in evaluating it. Messages never carry values of the entry: they are
 * personal data, and messages are logged.
 */
export class ExpressionError extends Error {
  /** 0-based offset in the expression's text of the token or call at fault. */
  readonly position: number;
  /** There is no such value (Item out of range): counts as null where something catches it. */
  readonly isAbsence: boolean;

  constructor(message: string, position: number, isAbsence = false) {
    super(`${message} (at ${position})`);
    this.name = 'ExpressionError';
    this.position = position;
    this.isAbsence = isAbsence;
  }
}
