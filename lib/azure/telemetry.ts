/** Names of what is counted. Costs are counted, not timed (docs/architecture.md, "Cost"). */
export type Counter =
  | 'tables.transactions'
  | 'bus.messages'
  | 'graph.requests'
  | 'graph.writes'
  | 'secrets.requests';

const counters = new Map<Counter, number>();

/** What this process has asked of the platform since it started. */
export const telemetry = {
  count(name: Counter, by = 1): void {
    counters.set(name, (counters.get(name) ?? 0) + by);
  },
  snapshot(): Record<string, number> {
    return Object.fromEntries(counters);
  },
};
