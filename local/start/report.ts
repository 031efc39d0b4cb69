import type { Run } from '../../lib/sync/run.ts';
import type { WorkerStats } from '../workers.ts';
import type { Comparison, SideCounts } from './compare/compare-sides.ts';
import type { TenantStats } from './tenant-controls.ts';

/** What a start has done, for machines. */
export interface Report {
  readonly run: Pick<Run, 'kind' | 'state'> & { readonly seconds: number };
  /** What is in scope. */
  readonly entra: SideCounts;
  /** What was read back from the application's directory. */
  readonly app: SideCounts;
  /** Objects that could not be brought in step, and messages that could not be read. */
  readonly failures: number;
  readonly graph: {
    readonly requests: number;
    readonly resourceUnits: number;
    readonly writes: number;
  };
  readonly bus: { readonly messages: number };
  readonly tables: { readonly transactions: number };
  /** The largest worker's, in MiB. */
  readonly peakRssMb: number;
  readonly nodeVersion: string;
}

/** What a report is made from. */
export interface Findings {
  readonly run: Pick<Run, 'kind' | 'state' | 'startedAt' | 'endedAt'>;
  readonly comparison: Pick<Comparison, 'entra' | 'app'>;
  readonly failures: number;
  readonly graph: Pick<TenantStats, 'requests' | 'resourceUnits' | 'writes'>;
  /** What the workers had counted before the connection was switched on, for its preview. */
  readonly before: readonly Pick<WorkerStats, 'counters'>[];
  readonly workers: readonly Pick<WorkerStats, 'peakRssMb' | 'counters'>[];
}

export function makeReport(findings: Findings): Report {
  const { run, comparison, failures, graph, before, workers } = findings;
  const { kind, state, startedAt, endedAt = startedAt } = run;
  const counted = (name: string, some: Findings['before']) =>
    some.reduce((total, { counters }) => total + (counters[name] ?? 0), 0);
  const sum = (name: string) => counted(name, workers) - counted(name, before);
  const { requests, resourceUnits, writes } = graph;
  return {
    run: { kind, state, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000 },
    entra: comparison.entra,
    app: comparison.app,
    failures,
    graph: { requests, resourceUnits, writes },
    bus: { messages: sum('bus.messages') },
    tables: { transactions: sum('tables.transactions') },
    peakRssMb: Math.max(0, ...workers.map(({ peakRssMb }) => peakRssMb)),
    nodeVersion: process.version,
  };
}

/** Whether the run did what it should, and both sides agree. */
export function isInStep(report: Report, comparison: Pick<Comparison, 'differences'>): boolean {
  const { run, failures } = report;
  return run.state === 'completed' && failures === 0 && comparison.differences === 0;
}
