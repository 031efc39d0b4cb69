/** The time, as milliseconds since 1970. A port, so that tests can move it. */
export interface Clock {
  now(): number;
}

/** A message on its way to the bus. */
export interface Outgoing {
  readonly session: string;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Deliver it no earlier than this many seconds from now. */
  readonly delaySeconds?: number;
}

/** A message that the bus has given up to deliver. */
export interface DeadLetter {
  readonly queue: 'polls' | 'changes';
  /** '' where the message has none. */
  readonly sessionId: string;
  /** JSON text; base64 where the message is not text. */
  readonly body: string;
  /** Why it was given up, in at most 200 characters. */
  readonly reason: string;
  /**
   * When the bus took the message in, in milliseconds: it does not tell when a letter died. The
   * same each time that a letter comes.
   */
  readonly deadAt: number;
}

/** The bus. Messages of one call to one session keep their order. */
export interface Bus {
  send(queue: 'polls' | 'changes', messages: readonly Outgoing[]): Promise<void>;
  /**
   * Hands up to `most` dead letters of a queue to `take`, one after the other, and removes each
   * after that. A letter whose taking fails stays, as do those behind it, and the error is thrown; a
   * letter may come again even after it was taken.
   * @returns how many were removed
   * @throws AppError `unavailable`
   */
  collectDeadLetters(
    queue: 'polls' | 'changes',
    most: number,
    take: (letter: DeadLetter) => Promise<void>,
  ): Promise<number>;
}

/** Secrets by name. */
export interface Secrets {
  /** Undefined where there is none. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Bytes sealed under a data key; `keyId` says which. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** Seals what must not stand in a table in clear (AES-256-GCM). */
export interface Sealer {
  /** @param context bound to the seal as additional data: it opens only under the same one. */
  seal(plain: string, context: string): Promise<Sealed>;
  /** @throws AppError `bad-answer` when the seal is broken or the context is another. */
  open(sealed: Sealed, context: string): Promise<string>;
}

/** Structured logging: a constant sentence and fields, never an attribute's value or a secret. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
