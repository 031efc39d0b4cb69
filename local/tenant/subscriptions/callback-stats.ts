/** What the callbacks have come to since the last reset. Notifications are items, not requests. */
export interface CallbackReport {
  /** Notifications that a change or a control gave rise to, one for each subscription. */
  readonly matched: number;
  /** Notifications that were sent; each counts once, however often it is tried. */
  readonly posted: number;
  /** Notifications that were answered with success. */
  readonly delivered: number;
  /** Notifications given up after all attempts. */
  readonly failed: number;
  /** Notifications thrown away: a slow receiver, too many waiting, a subscription that ended. */
  readonly dropped: number;
  /** Notifications that a fault lost. */
  readonly lost: number;
  /** Of those that matched, the ones about a subscription itself. */
  readonly lifecycle: number;
  /** Requests with notifications, attempts after the first included. */
  readonly posts: number;
  readonly retries: number;
  /** Answers to them by status code; `timeout` and `error` where none came. */
  readonly answers: Readonly<Record<string, number>>;
  /** The slowest answer that came in time; milliseconds. */
  readonly slowestMs: number;
  /** Validation requests that were answered as they should be, and the others. */
  readonly validations: number;
  readonly failedValidations: number;
  /** PATCH and reauthorize within 10 minutes of one another (Graph docs: lifecycle events). */
  readonly violations: number;
}

export type CallbackCount = Exclude<keyof CallbackReport, 'answers' | 'slowestMs'>;

const ZERO: Readonly<Record<CallbackCount, number>> = {
  matched: 0,
  posted: 0,
  delivered: 0,
  failed: 0,
  dropped: 0,
  lost: 0,
  lifecycle: 0,
  posts: 0,
  retries: 0,
  validations: 0,
  failedValidations: 0,
  violations: 0,
};

/** Counts what the tenant sends and what comes back. */
export class CallbackStats {
  #counts = { ...ZERO };
  readonly #answers = new Map<string, number>();
  #slowestMs = 0;

  add(name: CallbackCount, number = 1): void {
    this.#counts[name] += number;
  }

  /** An answer to a notification, by what it was and how long it took. */
  answer(outcome: string, milliseconds: number): void {
    this.#answers.set(outcome, (this.#answers.get(outcome) ?? 0) + 1);
    if (/^\d/.test(outcome)) this.#slowestMs = Math.max(this.#slowestMs, milliseconds);
  }

  reset(): void {
    this.#counts = { ...ZERO };
    this.#answers.clear();
    this.#slowestMs = 0;
  }

  report(): CallbackReport {
    return {
      ...this.#counts,
      answers: Object.fromEntries(this.#answers),
      slowestMs: Math.round(this.#slowestMs),
    };
  }
}
