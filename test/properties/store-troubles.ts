import { AppError, type ErrorCode } from '../../lib/errors.ts';

/** Requests to tables that come to nothing; a write that does may have been carried out. */
export class StoreTroubles {
  /** So many of the next requests to any table fail. */
  all = 0;
  /** Until when the application's tables fail (milliseconds), and how. */
  readonly app = { until: 0, code: 'unavailable' as ErrorCode };
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  end(): void {
    this.all = 0;
    this.app.until = 0;
  }

  /** @param what the request: its verb and its table */
  meet(what: string): void {
    if (this.all > 0) {
      this.all -= 1;
      throw new AppError('unavailable', 'the tables do not answer');
    }
    const [, table] = what.split(' ');
    const isApp = table === 'directory' || table === 'directorymembers';
    if (isApp && this.#now() < this.app.until)
      throw new AppError(this.app.code, 'the application does not answer');
  }
}
