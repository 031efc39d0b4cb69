import { AsyncLocalStorage } from 'node:async_hooks';

/** One worker at one message. */
export interface Handling {
  readonly worker: number;
  /** The bus has given its session to another: it goes on without knowing. */
  isLost: boolean;
  /** How many events the tenant had seen when it began. */
  readonly since: number;
}

interface Waiting {
  readonly handling: Handling;
  readonly go: () => void;
  /** It may not go on before this turn. */
  notBefore: number;
}

/**
 * Lets concurrent handlings go on one request at a time, in the order that the test chooses. What
 * is dropped never goes on: that is how a process dies, with no `catch` and no `finally` run.
 */
export class Steps {
  readonly #current = new AsyncLocalStorage<Handling>();
  #waiting: Waiting[] = [];

  /** Waits for its turn; without effect outside of a handling. */
  readonly step = async (): Promise<void> => {
    const handling = this.#current.getStore();
    if (!handling) return;
    await new Promise<void>((go) => this.#waiting.push({ handling, go, notBefore: 0 }));
  };

  /** Who is at work; undefined outside of a handling. */
  current(): Handling | undefined {
    return this.#current.getStore();
  }

  run(handling: Handling, work: () => Promise<void>): Promise<void> {
    return this.#current.run(handling, work);
  }

  /** Those who may go on at this turn. */
  able(turn: number): readonly Waiting[] {
    return this.#waiting.filter((one) => one.notBefore <= turn);
  }

  /** The first turn at which anybody may go on; undefined where nobody waits. */
  nextTurn(): number | undefined {
    const turns = this.#waiting.map((one) => one.notBefore);
    return turns.length > 0 ? Math.min(...turns) : undefined;
  }

  release(one: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    one.go();
  }

  stall(handling: Handling, until: number): void {
    for (const one of this.#waiting) if (one.handling === handling) one.notBefore = until;
  }

  kill(worker: number): void {
    this.#waiting = this.#waiting.filter((one) => one.handling.worker !== worker);
  }
}
