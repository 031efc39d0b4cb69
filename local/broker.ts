import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Child, startChild } from './processes.ts';

/** The local Service Bus, in a process of its own. */
export interface Broker {
  /** SERVICEBUS; the same over restarts. */
  readonly connectionString: string;
  readonly stats: () => Promise<unknown>;
  /** Starts it anew on the same port and folder; `kill` ends the old one by kill -9. */
  readonly restart: (options?: { readonly kill?: boolean }) => Promise<void>;
  readonly close: () => Promise<void>;
}

const MODULE = fileURLToPath(new URL('bus/main.ts', import.meta.url));

const ready = z.object({ ready: z.literal(true), port: z.int(), connectionString: z.string() });

/** The queues of infra, with MaxDeliveryCount high because redelivery has no pause. */
const QUEUES = ['polls', 'changes'].map((name) => ({
  name,
  requiresSession: true,
  lockDurationSeconds: 60,
  maxDeliveryCount: 1000,
}));

/** Starts the broker; it keeps its messages in the folder, or in memory where none is given. */
export async function startBroker(options: {
  readonly dataDir?: string;
  readonly onOutput?: (text: string) => void;
}): Promise<Broker> {
  const dataDir = options.dataDir === undefined ? {} : { dataDir: join(options.dataDir, 'bus') };
  const start = (port?: number): Promise<Child<z.output<typeof ready>>> =>
    startChild({
      name: 'broker',
      module: MODULE,
      argument: { ...dataDir, queues: QUEUES, ...(port === undefined ? {} : { port }) },
      ready,
      ...(options.onOutput ? { onOutput: options.onOutput } : {}),
    });
  let child = await start();
  const { connectionString, port } = child.ready;
  return {
    connectionString,
    stats: async () => (await child.ask({ ask: 'stats' })).stats,
    restart: async ({ kill = false } = {}) => {
      await (kill ? child.kill() : child.end());
      child = await start(port);
    },
    close: async () => {
      await child.end(3000);
    },
  };
}
