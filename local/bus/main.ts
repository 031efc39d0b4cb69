import { z } from 'zod';
import { startBroker } from './broker.ts';

// The broker as a process of its own, forked with an IPC channel. Takes BrokerOptions as JSON in
// its first argument. Sends { ready: true, port, connectionString } when it listens and answers
// { ask: 'stats', id } with { answer: id, stats }.

const options = z.object({
  port: z.exactOptional(z.number().int().nonnegative()),
  dataDir: z.exactOptional(z.string()),
  maxMessageBytes: z.exactOptional(z.number().int().positive()),
  queues: z.array(
    z.object({
      name: z.string().min(1),
      requiresSession: z.boolean(),
      lockDurationSeconds: z.number().positive(),
      maxDeliveryCount: z.number().int().positive(),
      defaultTtlSeconds: z.exactOptional(z.number().positive()),
      deadLetteringOnExpiration: z.exactOptional(z.boolean()),
    }),
  ),
});

const question = z.object({ ask: z.literal('stats'), id: z.unknown() });

const starting = startBroker(options.parse(JSON.parse(process.argv[2] ?? '')));
let isEnding = false;

/** Ends cleanly, once, whoever asks: a signal, or the parent's death. */
function end(): void {
  if (isEnding) return;
  isEnding = true;
  void starting.then((started) => started.close()).then(() => process.exit(0));
}

// Listened to from the first moment: a parent may die while the broker is still starting.
process.on('SIGINT', end);
process.on('SIGTERM', end);
process.on('disconnect', end);

const broker = await starting;
process.on('message', (message: unknown) => {
  const asked = question.safeParse(message);
  if (asked.success) process.send?.({ answer: asked.data.id, stats: broker.stats() });
});
if (!isEnding) {
  process.send?.({ ready: true, port: broker.port, connectionString: broker.connectionString });
}
