/** A new user who has yet to be told, or whose PIN the application has yet to ask for. */
export interface Welcome {
  readonly lane: number;
  readonly entraId: string;
  readonly appId: string;
  /** When the entry was made; milliseconds since 1970. */
  readonly at: number;
  /** What was done: the application has the PIN, the user the mail. */
  readonly done: readonly ('webhook' | 'mail')[];
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Sealed where it is kept; null = none was drawn yet. */
  readonly pin: string | null;
  readonly version: string;
}

/** New users, in the lanes that made their entries. */
export interface Welcomes {
  list(connectionId: string, lane: number): AsyncGenerator<readonly Welcome[]>;
  get(connectionId: string, entraId: string): Promise<Welcome | undefined>;
  /** @throws AppError `state-changed`, `not-found` where somebody else has written or removed it */
  save(connectionId: string, welcome: Welcome): Promise<Welcome>;
  /** @throws AppError `state-changed`, `not-found` */
  remove(connectionId: string, welcome: Welcome): Promise<void>;
}
