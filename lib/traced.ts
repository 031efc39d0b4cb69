import { z } from 'zod';
import { startTelemetry } from './azure/telemetry-export.ts';
import { traced } from './azure/tracing.ts';
import { readTelemetry } from './config.ts';
import { causeSchema } from './sync/messages.ts';

/** Sends the telemetry that has not been sent yet. */
export const flushTelemetry = startTelemetry(readTelemetry());

/** As much of a message as its trace needs, whatever else is wrong with it. */
const messageSchema = z.object({
  connectionId: z.string().max(100).optional().catch(undefined),
  reason: z.string().max(40).optional().catch(undefined),
  kind: z.string().max(40).optional().catch(undefined),
  cause: causeSchema.optional().catch(undefined),
});

/** What the Functions host says of an invocation. */
interface Invocation {
  readonly functionName: string;
  readonly traceContext?: { readonly traceParent?: string | undefined } | undefined;
}

/** Handles a message as a part of the trace that its cause began. */
export function tracedMessage<T>(
  { functionName, traceContext }: Invocation,
  message: unknown,
  run: () => Promise<T>,
): Promise<T> {
  const { connectionId, reason, kind, cause } = messageSchema.safeParse(message).data ?? {};
  const at = cause?.at ?? Date.now();
  const work = { name: functionName, connectionId, reason: reason ?? kind ?? 'unknown', at };
  return traced(work, cause?.traceparent ?? traceContext?.traceParent, run);
}

/** Does what the platform or somebody outside calls for: the cause of all that follows. */
export function tracedCall<T>(
  { functionName, traceContext }: Invocation,
  run: () => Promise<T>,
): Promise<T> {
  const work = { name: functionName, reason: functionName, at: Date.now() };
  return traced(work, traceContext?.traceParent, run);
}
