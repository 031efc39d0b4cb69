import { listen } from './amqp/server.ts';
import { brokerContext } from './broker-context.ts';
import type { Entities } from './entities.ts';
import { loadEntities } from './entities.ts';
import type { QueueDeclaration } from './queue/declaration.ts';
import { MemoryStore } from './store/memory-store.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import { Turn } from './turn.ts';

export type { QueueDeclaration } from './queue/declaration.ts';

/** What Service Bus allows in its standard tier. */
const DEFAULT_MAX_MESSAGE_BYTES = 256 * 1024;

export interface BrokerOptions {
  /** A free one is chosen when absent. */
  port?: number;
  /** Where messages are kept; in memory when absent. */
  dataDir?: string;
  queues: readonly QueueDeclaration[];
  maxMessageBytes?: number;
  /** Gives epoch milliseconds. */
  now?: () => number;
}

/** A queue's numbers. `sent` and `completed` count from the start of the broker. */
interface QueueStats {
  /** Messages to be received, locked ones included. */
  active: number;
  scheduled: number;
  /** Messages in the dead-letter queue. */
  deadLettered: number;
  sent: number;
  completed: number;
  /** Sessions that have messages in whatever state, and how many. */
  sessions: readonly (readonly [id: string, count: number])[];
}

export interface Broker {
  port: number;
  connectionString: string;
  /** By the name of the queue. */
  stats(): Record<string, QueueStats>;
  /** Stores what is under way and drops all clients. */
  close(): Promise<void>;
}

/**
 * Starts a Service Bus broker on 127.0.0.1 that speaks AMQP 1.0 to the genuine client libraries.
 * Throws if the port or the data folder is taken.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const store =
    options.dataDir === undefined ? new MemoryStore() : new SqliteStore(options.dataDir);
  const now = options.now ?? Date.now;
  const entities = loadEntities(options.queues, store);
  const turn = new Turn(store, now);
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const context = brokerContext({ entities, turn, maxMessageBytes, now });
  const server = await listen(context, options.port ?? 0);
  turn.end();
  return {
    port: server.port,
    connectionString: connectionStringOf(server.port),
    stats: () => statsOf(entities),
    close: async () => {
      await server.close();
      turn.close();
      store.close();
    },
  };
}

/** The key is any: on the loopback interface nothing is checked. */
function connectionStringOf(port: number): string {
  return [
    `Endpoint=sb://127.0.0.1:${port}`,
    'SharedAccessKeyName=local',
    'SharedAccessKey=local',
    'UseDevelopmentEmulator=true',
  ].join(';');
}

function statsOf(entities: Entities): Record<string, QueueStats> {
  const stats: Record<string, QueueStats> = {};
  for (const { queue, address, deadLetters } of entities.values()) {
    if (deadLetters === undefined) continue;
    stats[address] = {
      active: queue.book.counts.active,
      scheduled: queue.book.counts.scheduled,
      deadLettered: deadLetters.queue.book.counts.active,
      sessions: [...queue.book.sessions()],
      ...queue.totals,
    };
  }
  return stats;
}
