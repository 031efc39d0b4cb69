import type { Figure } from './figures.ts';
import type { Site } from './site.ts';

/** What a worker may take, however many users there are (docs/architecture.md, "Cost"). */
const WORKER_MB = 300;

/** The most that any worker has taken since it started, in MiB. */
export async function peakMemory({ azure }: Site): Promise<Figure> {
  const peaks = (await azure.workerStats()).map(({ peakRssMb }) => peakRssMb);
  return { name: 'worker.memory', value: Math.max(...peaks), unit: 'MB', budget: WORKER_MB };
}
