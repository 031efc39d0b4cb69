import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { z } from 'zod';

/** What to run as a child. */
export interface ChildOptions<Ready> {
  /** For messages. */
  readonly name: string;
  /** The module's file; it gets `argument` as JSON in process.argv[2]. */
  readonly module: string;
  readonly argument: unknown;
  /** Options for Node. */
  readonly nodeOptions?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The message it sends when it is ready. */
  readonly ready: z.ZodType<Ready>;
  /** Where its output goes as it comes; default: nowhere. */
  readonly onOutput?: (text: string) => void;
  readonly readyWithinMs?: number;
}

/** How a child ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of ours. It ends by itself when this one is gone, because its IPC channel closes. */
export interface Child<Ready = unknown> {
  readonly name: string;
  readonly pid: number;
  readonly ready: Ready;
  readonly exited: Promise<Exit>;
  /** The end of what it wrote to stderr. */
  readonly stderrTail: () => string;
  /**
   * Sends `{ ...question, id }` and resolves with the rest of the message `{ answer: id, … }`.
   * @throws Error when it says `error`, ends before answering, or takes longer than `withinMs`.
   */
  readonly ask: (question: Readonly<Record<string, unknown>>, withinMs?: number) => Promise<Answer>;
  /** Lets it end by SIGINT; kills it when that takes longer than `withinMs`. */
  readonly end: (withinMs?: number) => Promise<Exit>;
  /** kill -9. */
  readonly kill: () => Promise<Exit>;
}

const answerSchema = z.looseObject({ answer: z.int(), error: z.string().optional() });

type Answer = Readonly<z.output<typeof answerSchema>>;

const TAIL_CHARACTERS = 4000;

/**
 * Starts a child and waits until it says that it is ready.
 * @throws Error with the end of its stderr when it ends before, or takes too long.
 */
export async function startChild<Ready>(options: ChildOptions<Ready>): Promise<Child<Ready>> {
  const child = fork(options.module, [JSON.stringify(options.argument)], {
    env: { ...process.env, ...options.env },
    // Ctrl-C in a terminal reaches a whole process group; children are ended in our order instead.
    detached: true,
    execArgv: [...(options.nodeOptions ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // Sending to a child that has just ended; `exited` tells about it.
  child.on('error', () => {});
  const stderrTail = collectTail(child, options.onOutput);
  const running = { name: options.name, child, exited, stderrTail };
  const ready = await firstMessage(running, options);
  return {
    name: options.name,
    pid: child.pid ?? 0,
    ready,
    exited,
    stderrTail,
    ask: createAsk(running),
    end: (withinMs = 10_000) => end(running, withinMs),
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly stderrTail: () => string;
}

function collectTail(child: ChildProcess, onOutput?: (text: string) => void): () => string {
  let tail = '';
  const read = (stream: Readable | null, take: (text: string) => void): void => {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      take(text);
      onOutput?.(text);
    });
  };
  read(child.stdout, () => {});
  read(child.stderr, (text) => {
    tail = (tail + text).slice(-TAIL_CHARACTERS);
  });
  return () => tail;
}

async function firstMessage<Ready>(running: Running, options: ChildOptions<Ready>): Promise<Ready> {
  const { child } = running;
  const message = new Promise<unknown>((resolve) => {
    child.once('message', resolve);
  });
  try {
    const first = await beforeExit(running, message, options.readyWithinMs ?? 30_000);
    return options.ready.parse(first);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The work's result, unless the child ends or the time is up before. */
async function beforeExit<T>(running: Running, work: Promise<T>, withinMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${running.name} did not answer within ${withinMs} ms.`)),
    withinMs,
  );
  const ended = running.exited.then(async ({ code, signal }) => {
    // stderr may still be arriving.
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error(`${running.name} ended (${signal ?? code}).\n${running.stderrTail()}`);
  });
  try {
    return await Promise.race([work, ended, late.promise]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
  }
}

function createAsk(running: Running): Child['ask'] {
  const { child } = running;
  const open = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  child.on('message', (message) => {
    const parsed = answerSchema.safeParse(message);
    if (parsed.success) open.get(parsed.data.answer)?.(parsed.data);
  });
  return async (question, withinMs = 30_000) => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Answer>((resolve) => {
      open.set(id, resolve);
    });
    try {
      if (child.connected) child.send({ ...question, id });
      const answer = await beforeExit(running, answered, withinMs);
      if (answer.error !== undefined) throw new Error(`${running.name}: ${answer.error}`);
      return answer;
    } finally {
      open.delete(id);
    }
  };
}

async function end({ child, exited }: Running, withinMs: number): Promise<Exit> {
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  child.kill('SIGINT');
  const exit = await exited;
  clearTimeout(timer);
  return exit;
}
