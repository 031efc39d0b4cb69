import { ServiceBusClient, type ServiceBusReceiver } from '@azure/service-bus';
import { onTestFinished } from 'vitest';
import type { Broker, BrokerOptions, QueueDeclaration } from '../../../local/bus/broker.ts';
import { startBroker } from '../../../local/bus/broker.ts';

/** A queue without sessions; whatever a test cares about goes into `rules`. */
export function plainQueue(rules: Partial<QueueDeclaration> = {}): QueueDeclaration {
  const defaults = { requiresSession: false, lockDurationSeconds: 30, maxDeliveryCount: 10 };
  return { name: 'plain', ...defaults, ...rules };
}

export function sessionQueue(rules: Partial<QueueDeclaration> = {}): QueueDeclaration {
  return plainQueue({ name: 'lanes', requiresSession: true, ...rules });
}

/** The genuine client. Its default pause between retries is 30 s, far too long for a test. */
export function newClient(connectionString: string, timeoutInMs = 20_000): ServiceBusClient {
  const retryOptions = { retryDelayInMs: 200, maxRetries: 2, timeoutInMs };
  const client = new ServiceBusClient(connectionString, { retryOptions });
  onTestFinished(() => client.close());
  return client;
}

/** A broker with a client, both gone when the test ends. */
export async function startBus(
  options: BrokerOptions,
): Promise<{ broker: Broker; client: ServiceBusClient }> {
  const broker = await startBroker(options);
  onTestFinished(() => broker.close());
  return { broker, client: newClient(broker.connectionString) };
}

/** The bodies of the next messages, each completed. Stops short when nothing comes for a while. */
export async function consume(receiver: ServiceBusReceiver, count: number): Promise<unknown[]> {
  const bodies: unknown[] = [];
  while (bodies.length < count) {
    const missing = count - bodies.length;
    const messages = await receiver.receiveMessages(missing, { maxWaitTimeInMs: 2000 });
    if (messages.length === 0) return bodies;
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
    bodies.push(...messages.map(({ body }): unknown => body));
  }
  return bodies;
}

/** The next message; fails if none comes in time. */
export async function receiveOne(receiver: ServiceBusReceiver, maxWaitTimeInMs = 5000) {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs });
  if (message === undefined) throw new Error('no message came');
  return message;
}
