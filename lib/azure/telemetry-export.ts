import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Where telemetry goes. */
export interface TelemetrySettings {
  readonly traces: 'otlp' | 'console' | 'none';
  readonly metrics: 'otlp' | 'console' | 'none';
  /** The share of traces that are kept, 0 to 1; a message's trace is kept whole or not at all. */
  readonly share: number;
  readonly serviceName: string;
}

/** Sends what has not been sent yet. */
export type Flush = () => Promise<void>;

/**
 * Starts OpenTelemetry, once a process. Where nothing is to be sent there are still traces, since
 * logs and messages carry their ids. Addresses and headers are the standard's own variables
 * (OTEL_EXPORTER_OTLP_…), which the exporters read.
 */
export function startTelemetry(settings: TelemetrySettings): Flush {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const name = resourceFromAttributes({ 'service.name': settings.serviceName });
  const resource = defaultResource().merge(name);
  const tracing = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.share) }),
    spanProcessors: spanProcessors(settings),
  });
  trace.setGlobalTracerProvider(tracing);
  const exporter = metricExporter(settings);
  if (!exporter) return () => tracing.forceFlush();
  const metering = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter })],
  });
  metrics.setGlobalMeterProvider(metering);
  return async () => {
    await Promise.all([tracing.forceFlush(), metering.forceFlush()]);
  };
}

function spanProcessors({ traces }: TelemetrySettings) {
  if (traces === 'none') return [];
  if (traces === 'console')
    return [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })];
  return [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })];
}

/** Deltas: a gauge that nobody sets any more, of a connection that is gone, is told no more. */
function metricExporter({ metrics: kind }: TelemetrySettings) {
  if (kind === 'none') return undefined;
  if (kind === 'otlp')
    return new OTLPMetricExporter({
      temporalityPreference: AggregationTemporalityPreference.DELTA,
    });
  return new ConsoleMetricExporter({ temporalitySelector: () => AggregationTemporality.DELTA });
}
