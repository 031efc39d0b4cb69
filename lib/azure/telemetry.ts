import { metrics } from '@opentelemetry/api';
import { currentWork } from './tracing.ts';

/** Names of what is counted. Costs are counted, not timed (docs/architecture.md, "Cost"). */
export type Counter =
  | 'tables.transactions'
  | 'bus.messages'
  | 'graph.requests'
  | 'graph.writes'
  | 'graph.units'
  | 'secrets.requests'
  | 'changes.applied';

/** Names of what stands at some value; what each means stands in docs/operations.md. */
export type Gauge = 'poll.age' | 'held' | 'failures' | 'subscriptions.failing';

/** Never personal data: ids of connections, kinds, names of operations. */
export type Labels = Readonly<Record<string, string>>;

const counters = new Map<Counter, number>();

// A meter is a proxy until there is a provider, and everything is made where it is first needed.
const meter = () => metrics.getMeter('tandem');
const made = {
  counters: new Map<Counter, ReturnType<ReturnType<typeof meter>['createCounter']>>(),
  gauges: new Map<Gauge, ReturnType<ReturnType<typeof meter>['createGauge']>>(),
};
let delay: ReturnType<ReturnType<typeof meter>['createHistogram']> | undefined;

/** A run that reads everything takes hours, a notified change seconds. */
const DELAY_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400];

/** What this process does, counted since it started and told to whoever collects metrics. */
export const telemetry = {
  count(name: Counter, by = 1, labels: Labels = {}): void {
    counters.set(name, (counters.get(name) ?? 0) + by);
    const counter = made.counters.get(name) ?? meter().createCounter(`tandem.${name}`);
    made.counters.set(name, counter);
    counter.add(by, { ...connectionLabel(), ...labels });
  },
  gauge(name: Gauge, value: number, labels: Labels): void {
    const gauge = made.gauges.get(name) ?? meter().createGauge(`tandem.${name}`);
    made.gauges.set(name, gauge);
    gauge.record(value, labels);
  },
  /** Tells how long it took from the cause of the work at hand until now. */
  delay(now: number, labels: Labels): void {
    const work = currentWork();
    if (!work) return;
    delay ??= meter().createHistogram('tandem.delay', {
      unit: 's',
      advice: { explicitBucketBoundaries: DELAY_SECONDS },
    });
    delay.record(Math.max(0, now - work.at) / 1_000, { reason: work.reason, ...labels });
  },
  snapshot(): Record<string, number> {
    return Object.fromEntries(counters);
  },
};

function connectionLabel(): Labels {
  const connection = currentWork()?.connectionId;
  return connection === undefined ? {} : { connection };
}
