/** Which histories are lived through. */
interface AskedHistories {
  readonly seed: number;
  /** For fast-check: one of so many equal shares of the histories. */
  readonly share: (of: number) => {
    readonly numRuns: number;
    readonly seed: number;
    readonly endOnFailure: boolean;
  };
}

/** Always the same histories by default; a nightly run asks for others, and for more. */
export function askedHistories(byDefault: {
  readonly runs: number;
  readonly seed: number;
}): AskedHistories {
  const runs = Number(process.env.PROPERTY_RUNS ?? byDefault.runs);
  const seed = Number(process.env.PROPERTY_SEED ?? byDefault.seed);
  // Shrinking takes minutes: it is done where a seed was asked for.
  const endOnFailure = process.env.PROPERTY_SEED === undefined;
  return { seed, share: (of) => ({ numRuns: Math.ceil(runs / of), seed, endOnFailure }) };
}
