import { z } from 'zod';
import { type Host, startHost } from './host.ts';
import { describeError } from './log.ts';

// A worker: runs a host in this process for the parent that forked it with an IPC channel.

const optionsSchema = z.object({
  root: z.string(),
  functionsDir: z.string().exactOptional(),
  port: z.int().exactOptional(),
  without: z.array(z.enum(['http', 'timer', 'serviceBus'])).exactOptional(),
});

const questionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('stats'), id: z.int() }),
  z.object({ ask: z.literal('runTimer'), id: z.int().default(0), name: z.string() }),
]);

const counterModule = z.object({
  telemetry: z.object({ snapshot: z.custom<() => unknown>((value) => value instanceof Function) }),
});

/** The app's own counters; an app other than this one may have none. */
async function readCounters({ exports }: Host, root: string): Promise<unknown> {
  const found: unknown =
    exports ?? (await import(`${root}/lib/azure/telemetry.ts`).catch(() => undefined));
  const module = counterModule.safeParse(found);
  return module.success ? module.data.telemetry.snapshot() : {};
}

async function answer(host: Host, root: string, raw: unknown): Promise<void> {
  const question = questionSchema.safeParse(raw);
  if (!question.success) return;
  const { id } = question.data;
  if (question.data.ask === 'runTimer') {
    const error = await host.runTimer(question.data.name).then(() => undefined, String);
    process.send?.({ answer: id, ...(error === undefined ? {} : { error }) });
    return;
  }
  const stats = {
    rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    // ru_maxrss, which Node gives in kilobytes on every platform.
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 2 ** 10),
    invocations: host.invocations(),
    counters: await readCounters(host, root),
  };
  process.send?.({ answer: id, stats });
}

async function main(): Promise<void> {
  // A parent that was killed takes its end of the pipes with it; draining goes on without them.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('error', () => {});
  const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const host = await startHost(options);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    host.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  process.on('disconnect', end);
  process.on('message', (message) => void answer(host, options.root, message));
  process.send?.({ ready: true, port: host.port, functions: host.functions });
}

function fail(error: unknown): never {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}

main().catch(fail);
