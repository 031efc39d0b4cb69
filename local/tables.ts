import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Exit, startChild } from './processes.ts';
import { type TableFault, tableFaultSchema } from './table-store/table-faults.ts';

/** A running table service. */
export interface Tables {
  readonly port: number;
  /** For the SDK with `allowInsecureConnection: true`. Holds a key made for this start. */
  readonly connectionString: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Makes tables fail from now on, in place of the faults before; none: all is well again. */
  readonly setFaults: (faults: readonly TableFault[]) => Promise<void>;
  /** Ends it. */
  readonly close: () => Promise<void>;
}

const ACCOUNT = 'tandem';
const MODULE = fileURLToPath(new URL('tables-main.ts', import.meta.url));

/** Millions of rows take some gigabytes, and a while to read back. */
const NODE_OPTIONS = ['--max-old-space-size=8192'];
const READY_WITHIN_MS = 180_000;

/**
 * Starts a table service as a child. It keeps its rows in the folder, where they survive any end of
 * it once they are answered for, or in memory where none is given.
 */
export async function startTables(
  options: { readonly dataDir?: string; readonly port?: number } = {},
): Promise<Tables> {
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const key = randomBytes(64).toString('base64');
  const child = await startChild({
    name: 'table service',
    module: MODULE,
    argument: options,
    nodeOptions: NODE_OPTIONS,
    env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
    ready: z.object({ ready: z.literal(true), port: z.int() }),
    readyWithinMs: READY_WITHIN_MS,
  });
  const { port } = child.ready;
  return {
    port,
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${key}`,
      `TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT};`,
    ].join(';'),
    pid: child.pid,
    exited: child.exited,
    setFaults: async (faults) => {
      await child.ask({ ask: 'faults', faults: z.array(tableFaultSchema).parse(faults) });
    },
    close: async () => {
      await child.end();
    },
  };
}
