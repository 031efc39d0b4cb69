import type { ExitCode } from './exit-codes.ts';
import type { Api } from './http/api.ts';
import type { Output } from './output.ts';
import type { Outside } from './outside.ts';

/** An option of a command. */
export interface Option {
  /** What it takes, as help shows it; absent = it takes nothing. */
  readonly value?: string;
  /** It may be given several times. */
  readonly several?: true;
  /** What it takes is one of these. */
  readonly oneOf?: readonly string[];
  readonly help: string;
}

/** What was given on the command line, checked against the command. */
export interface Given {
  readonly words: readonly string[];
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
}

/** What commands work with. */
export interface Context
  extends Pick<Outside, 'env' | 'now' | 'sleep' | 'signal' | 'readText' | 'replaceFile'> {
  readonly api: Api;
  readonly out: Output;
}

/** A command: how it is called, and what it does. */
export interface Command {
  /** Its words: `runs show`. */
  readonly name: string;
  /** A shorter name, where the second word may be left out. */
  readonly short?: string;
  readonly summary: string;
  /** `NAME`, `[NAME]` where it may be left out, `[NAME…]` where several may follow. */
  readonly takes: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** What there is to know beside. */
  readonly more?: readonly string[];
  /** @throws CommandFailure */
  readonly run: (context: Context, given: Given) => Promise<ExitCode>;
}
