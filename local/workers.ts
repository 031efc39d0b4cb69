import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Child, startChild } from './processes.ts';

const statsSchema = z.object({
  rssMb: z.number(),
  peakRssMb: z.number(),
  invocations: z.record(z.string(), z.object({ count: z.number(), failed: z.number() })),
  counters: z.record(z.string(), z.number()),
});

/** One worker's memory (MiB), invocations by function, and counters of lib. */
export type WorkerStats = z.output<typeof statsSchema>;

export interface WorkersOptions {
  readonly count: number;
  /** The HTTP port of the first worker. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly functionsDir?: string;
  readonly onOutput: (text: string) => void;
}

/**
 * The instances of the app. The first one serves HTTP and runs the timers, which the Functions
 * host also runs on one instance only; the others serve queues.
 */
export interface Workers {
  readonly stats: () => Promise<WorkerStats[]>;
  /** kill -9; the first one unless told otherwise. */
  readonly kill: (index?: number) => Promise<void>;
  /** Starts one in the place of one that was killed, or one more. */
  readonly start: () => Promise<void>;
  readonly runTimer: (name: string) => Promise<void>;
  readonly close: (withinMs?: number) => Promise<void>;
}

const MODULE = fileURLToPath(new URL('host/main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * V8 lets its heap grow with the machine's memory, to many times what the app's live objects take.
 * In Azure the setting languageWorkers__node__arguments does the same.
 */
const NODE_OPTIONS = ['--max-semi-space-size=8', '--max-old-space-size=128'];

/** A timer may work as long as host.json's functionTimeout. */
const TIMER_MS = 600_000;

/** A worker that dies by itself is started again, as the real host does, after this pause. */
const RESTART_MS = 1_000;

/** Starts the workers, the first one first. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const places: (Child | undefined)[] = [];
  let isOpen = true;
  const alive = (): Child[] => places.filter((child) => child !== undefined);
  const start = async (): Promise<void> => {
    const free = places.indexOf(undefined);
    const index = free < 0 ? places.length : free;
    const child = await startWorker(options, index);
    places[index] = child;
    void child.exited.then(({ code, signal }) => {
      if (places[index] !== child) return;
      places[index] = undefined;
      options.onOutput(`${child.name} ended by itself (${signal ?? code}); starting it again\n`);
      setTimeout(() => {
        if (isOpen) start().catch((error: unknown) => options.onOutput(`${String(error)}\n`));
      }, RESTART_MS).unref();
    });
  };
  await start();
  await Promise.all(Array.from({ length: options.count - 1 }, start));
  return {
    stats: () => Promise.all(alive().map(askStats)),
    start,
    kill: async (index = 0) => {
      const child = places[index];
      places[index] = undefined;
      await child?.kill();
    },
    runTimer: async (name) => {
      if (!places[0]) throw new Error('The worker that runs the timers is not there.');
      await places[0].ask({ ask: 'runTimer', name }, TIMER_MS);
    },
    close: async (withinMs) => {
      isOpen = false;
      const ending = alive();
      places.length = 0;
      await Promise.all(ending.map((child) => child.end(withinMs)));
    },
  };
}

function startWorker(options: WorkersOptions, index: number): Promise<Child> {
  const { port, functionsDir } = options;
  return startChild({
    name: `worker ${index}`,
    module: MODULE,
    argument: {
      root: ROOT,
      ...(functionsDir === undefined ? {} : { functionsDir }),
      ...(index === 0 ? { port } : { without: ['http', 'timer'] }),
    },
    // Few arenas: glibc would keep what every thread of the pool has freed.
    env: { MALLOC_ARENA_MAX: '2', ...options.env },
    nodeOptions: NODE_OPTIONS,
    ready: z.object({ ready: z.literal(true), port: z.int(), functions: z.array(z.string()) }),
    onOutput: options.onOutput,
  });
}

async function askStats(child: Child): Promise<WorkerStats> {
  return statsSchema.parse((await child.ask({ ask: 'stats' })).stats);
}

/** A port that is free now: the app must know its own address before it serves it. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
