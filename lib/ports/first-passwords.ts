/** A password that a user of Entra signs in with once, and then has to change. */
export interface FirstPassword {
  readonly password: string;
  /** When the user was made. Milliseconds since 1970. */
  readonly at: number;
}

/** First passwords that wait to be handed over, each once. */
export interface FirstPasswords {
  /** Keeps one; a repetition changes nothing. */
  keep(connectionId: string, objectId: string, one: FirstPassword): Promise<void>;
  /** Takes one out: whoever asks again, or at the same time, gets none. */
  take(connectionId: string, objectId: string): Promise<FirstPassword | undefined>;
  /** Forgets those of users made before then. Milliseconds since 1970. */
  expire(connectionId: string, before: number): Promise<void>;
}
