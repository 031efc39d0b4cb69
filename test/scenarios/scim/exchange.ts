/** One request, and what it must be answered. `{{name}}` stands for what an earlier answer held. */
export interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    /** Below the tenant URL; blanks and quotation marks as people write them. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON; a text as it stands. */
    readonly body?: unknown;
    /** The bearer token; null = none is sent. Default: one that is good. */
    readonly bearer?: string | null;
  };
  readonly expect: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, Expected>>;
    /** What must be in the answer; more may be. Lists are told whole. */
    readonly body?: Expected;
    /** What stands nowhere in the answer's text. */
    readonly not?: readonly string[];
  };
  /** What is kept of the answer: `id`, `Resources.0.id`, `header:etag`, by its later name. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** Exchanges that follow each other, in a directory that is empty at first. */
export interface Story {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
}

/** Something that is expected: a text may be a pattern, and what must not be there is `ABSENT`. */
export type Expected =
  | string
  | number
  | boolean
  | null
  | RegExp
  | typeof ABSENT
  | AnyOrder
  | readonly Expected[]
  | { readonly [name: string]: Expected };

/** A name that is not in an object. */
export const ABSENT = Symbol('absent');

/** A list of which the order says nothing. */
export class AnyOrder {
  readonly all: readonly Expected[];
  /** Whether nothing else may be in it. */
  readonly isWhole: boolean;

  constructor(all: readonly Expected[], isWhole: boolean) {
    this.all = all;
    this.isWhole = isWhole;
  }
}

export function anyOrder(...all: readonly Expected[]): AnyOrder {
  return new AnyOrder(all, true);
}

/** A list that has these, and perhaps others. */
export function among(...all: readonly Expected[]): AnyOrder {
  return new AnyOrder(all, false);
}
