import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AppError } from '../errors.ts';
import type { Cause } from '../sync/messages.ts';

/** What is being worked on. */
export interface Work {
  /** The function's name. */
  readonly name: string;
  readonly connectionId?: string | undefined;
  /** What a message asks for. */
  readonly reason: string;
  /** When what this follows from came about (milliseconds). */
  readonly at: number;
}

const WORK = createContextKey('tandem work');

/** W3C Trace Context section 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Does some work as one span, which goes on with the trace of its cause. What is sent meanwhile
 * carries the trace on.
 * @param traceparent undefined = a new trace
 */
export async function traced<T>(
  work: Work,
  traceparent: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const parent = parentOf(traceparent);
  const { name, connectionId, reason } = work;
  const attributes = {
    'tandem.reason': reason,
    ...(connectionId && { 'tandem.connection': connectionId }),
  };
  const span = trace
    .getTracer('tandem')
    .startSpan(name, { kind: SpanKind.CONSUMER, attributes }, parent);
  return context.with(trace.setSpan(parent, span).setValue(WORK, work), async () => {
    try {
      return await run();
    } catch (error) {
      // A message may hold a name; a code holds none.
      const message = error instanceof AppError ? error.code : 'unknown';
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What this is done for; undefined outside of all. */
export function currentWork(): Work | undefined {
  return context.active().getValue(WORK) as Work | undefined;
}

/** What a message that is sent now says of its cause; undefined outside of all work. */
export function currentCause(): Cause | undefined {
  const work = currentWork();
  if (!work) return undefined;
  const found = trace.getActiveSpan()?.spanContext();
  if (!found || !trace.isSpanContextValid(found)) return { at: work.at };
  const flags = found.traceFlags.toString(16).padStart(2, '0');
  return { at: work.at, traceparent: `00-${found.traceId}-${found.spanId}-${flags}` };
}

/** The id that all log lines of one cause share, from notification to write. */
export function causeId(): string | undefined {
  const found = trace.getActiveSpan()?.spanContext();
  return found && trace.isSpanContextValid(found) ? found.traceId : undefined;
}

function parentOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags = '00'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
