interface Sample {
  readonly at: number;
  readonly done: number;
}

const WINDOW_MS = 4_000;

/**
 * How fast something goes, over the last four seconds. Give it a new name when what is counted
 * changes, and it begins anew.
 */
export function openRate() {
  let samples: Sample[] = [];
  let counted = '';
  return (name: string, { at, done }: Sample): number => {
    if (name !== counted) samples = [];
    counted = name;
    samples = [...samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, done }];
    const [first] = samples;
    if (!first || at - first.at < 200) return 0;
    return ((done - first.done) * 1_000) / (at - first.at);
  };
}
