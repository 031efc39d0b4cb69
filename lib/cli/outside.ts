import type { ReplaceFile } from './replace-file.ts';

/** Where text goes. */
export interface Sink {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal. */
  readonly columns?: number | undefined;
}

/** All that a command touches, so that tests can stand in for it. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @throws AbortError at the signal */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A file's text; `-` = standard input. */
  readonly readText: (path: string) => Promise<string>;
  readonly replaceFile: ReplaceFile;
  /** Whoever is signed in to Azure. */
  readonly signIn: (
    scope: string,
  ) => Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}
