import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { BrokerOptions } from '../../../local/bus/broker.ts';

const MAIN = new URL('../../../local/bus/main.ts', import.meta.url);

const ready = z.object({
  ready: z.literal(true),
  port: z.number(),
  connectionString: z.string(),
});

/** A broker in a process of its own. */
export interface ForkedBroker {
  process: ChildProcess;
  port: number;
  connectionString: string;
}

/** Forks a broker and waits until it listens. */
export async function forkBroker(options: BrokerOptions): Promise<ForkedBroker> {
  const process = fork(MAIN, [JSON.stringify(options)]);
  const [message]: unknown[] = await once(process, 'message');
  const { port, connectionString } = ready.parse(message);
  return { process, port, connectionString };
}

/** Ends the process without any warning (kill -9), and waits until it is gone. */
export async function killBroker({ process }: ForkedBroker): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}
