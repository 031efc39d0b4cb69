import { ServiceBusClient } from '@azure/service-bus';
import { z } from 'zod';
import type { RegisteredFunction } from './functions-core.ts';
import type { ServiceBusSettings } from './host-json.ts';
import { type Invoker, triggerBinding } from './invoker.ts';
import type { Log } from './log.ts';
import { toTriggerData } from './message-conversion.ts';
import { startQueuePump } from './queue-pump.ts';
import { ACCEPT_MS, type Pump, startSessionPump } from './session-pump.ts';
import { resolveSettings } from './settings.ts';

const queueBinding = z.object({
  queueName: z.string(),
  connection: z.string(),
  isSessionsEnabled: z.boolean().default(false),
  cardinality: z.literal('one').default('one'),
  autoCompleteMessages: z.literal(true).default(true),
});

export interface ServiceBusTriggerOptions {
  readonly functions: readonly RegisteredFunction[];
  readonly settings: ServiceBusSettings;
  readonly invoker: Invoker;
  readonly log: Log;
}

/** How quickly a lost connection is tried again; the SDK's own 30 s would outlast every test. */
const RETRY = {
  maxRetries: 3,
  retryDelayInMs: 100,
  maxRetryDelayInMs: 1000,
  timeoutInMs: ACCEPT_MS,
} as const;

/**
 * Feeds the functions with a Service Bus queue trigger: a message is completed when its function
 * returns and abandoned when it throws. Batches (cardinality many) are not served.
 * @throws Error or ZodError for a binding that cannot be served.
 */
export function startServiceBusTriggers(options: ServiceBusTriggerOptions): Pump {
  const clients = new Map<string, ServiceBusClient>();
  const pumps = options.functions.map((target) => {
    const binding = queueBinding.parse(triggerBinding(target));
    const start = binding.isSessionsEnabled ? startSessionPump : startQueuePump;
    return start({
      client: clientFor(clients, binding.connection),
      queue: resolveSettings(binding.queueName),
      settings: options.settings,
      log: options.log,
      handle: async (message) => {
        await options.invoker.invoke(target, toTriggerData(message));
      },
    });
  });
  return {
    stop: async () => {
      await Promise.all(pumps.map((pump) => pump.stop()));
      await Promise.allSettled([...clients.values()].map((client) => client.close()));
    },
  };
}

/** `connection` names the setting that holds the connection string. */
function clientFor(clients: Map<string, ServiceBusClient>, connection: string): ServiceBusClient {
  const known = clients.get(connection);
  if (known) return known;
  const client = new ServiceBusClient(resolveSettings(`%${connection}%`), { retryOptions: RETRY });
  clients.set(connection, client);
  return client;
}
