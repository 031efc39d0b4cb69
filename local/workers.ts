import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Child, startChild } from './processes.ts';
import { openWorkerPlace, type WorkerPlace } from './worker-place.ts';

const statsSchema = z.object({
  rssMb: z.number(),
  peakRssMb: z.number(),
  invocations: z.record(z.string(), z.object({ count: z.number(), failed: z.number() })),
  counters: z.record(z.string(), z.number()),
});

const readySchema = z.object({
  ready: z.literal(true),
  port: z.int(),
  functions: z.array(z.string()),
});

/** One worker's memory (MiB), invocations by function, and counters of lib. */
export type WorkerStats = z.output<typeof statsSchema>;

export interface WorkersOptions {
  readonly count: number;
  /** The HTTP port of the first worker. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the app; default: this project. */
  readonly root?: string;
  readonly functionsDir?: string;
  readonly onOutput: (text: string) => void;
}

/**
 * The instances of the app. All serve HTTP and queues; the first one runs the timers, which the
 * Functions host also runs on one instance only.
 */
export interface Workers {
  /** The HTTP ports of those that are up. */
  readonly ports: () => readonly number[];
  readonly stats: () => Promise<WorkerStats[]>;
  /** kill -9; the first one unless told otherwise. It stays away. */
  readonly kill: (index?: number) => Promise<void>;
  /** Starts that one again; unless told which: the first that was killed, or one more. */
  readonly start: (index?: number) => Promise<void>;
  readonly runTimer: (name: string) => Promise<void>;
  readonly close: (withinMs?: number) => Promise<void>;
}

const MODULE = fileURLToPath(new URL('host/main.ts', import.meta.url));
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * V8 lets its heap grow with the machine's memory, to many times what the app's live objects take.
 * In Azure the setting languageWorkers__node__arguments does the same.
 */
const NODE_OPTIONS = ['--max-semi-space-size=8', '--max-old-space-size=128'];

/** A timer may work as long as host.json's functionTimeout. */
const TIMER_MS = 600_000;

/** Starts the workers, the first one first; when one cannot start, none is left. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const places: WorkerPlace[] = [];
  const onePlaceMore = (): WorkerPlace => {
    const index = places.length;
    const place = openWorkerPlace(() => startWorker(options, index), options.onOutput);
    places.push(place);
    return place;
  };
  const close = async (withinMs?: number): Promise<void> => {
    await Promise.all(places.map((place) => place.close(withinMs)));
  };
  try {
    await onePlaceMore().fill();
    const others = Array.from({ length: options.count - 1 }, onePlaceMore);
    await Promise.all(others.map((place) => place.fill()));
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    ports: () => running(places).map(({ ready }) => readySchema.parse(ready).port),
    stats: () => Promise.all(running(places).map(askStats)),
    start: async (index) => {
      const place =
        index === undefined ? places.find((each) => each.isVacant()) : placeOf(places, index);
      await (place ?? onePlaceMore()).fill();
    },
    kill: async (index = 0) => placeOf(places, index).kill(),
    runTimer: async (name) => {
      const first = placeOf(places, 0).child();
      if (!first) throw new Error('The worker that runs the timers is not there.');
      await first.ask({ ask: 'runTimer', name }, TIMER_MS);
    },
    close,
  };
}

function placeOf(places: readonly WorkerPlace[], index: number): WorkerPlace {
  const place = places[index];
  if (!place) throw new Error(`There is no worker ${index}.`);
  return place;
}

function startWorker(options: WorkersOptions, index: number): Promise<Child> {
  const { port, functionsDir } = options;
  return startChild({
    name: `worker ${index}`,
    module: MODULE,
    argument: {
      root: options.root ?? PROJECT,
      ...(functionsDir === undefined ? {} : { functionsDir }),
      ...(index === 0 ? { port } : { without: ['timer'] }),
    },
    // Few arenas: glibc would keep what every thread of the pool has freed.
    env: { MALLOC_ARENA_MAX: '2', ...options.env },
    nodeOptions: NODE_OPTIONS,
    ready: readySchema,
    onOutput: options.onOutput,
  });
}

function running(places: readonly WorkerPlace[]): Child[] {
  return places.map((place) => place.child()).filter((child) => child !== undefined);
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
