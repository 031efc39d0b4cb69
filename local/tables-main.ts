import { z } from 'zod';
import { startLoopbackServer } from './loopback-server.ts';
import { createFaultFront, type FaultFront } from './table-store/fault-front.ts';
import { tableFaultSchema } from './table-store/table-faults.ts';
import { createTableListener } from './table-store/table-listener.ts';
import { TableStore } from './table-store/table-store.ts';

// Azurite's table service over a store of our own, for the parent that forked this process with an
// IPC channel. Answers { ask: 'faults', faults, id } with { answer: id } when they are in force.

const optionsSchema = z.object({ port: z.int().default(0), dataDir: z.string().optional() });

const questionSchema = z.object({
  ask: z.literal('faults'),
  id: z.int(),
  faults: z.array(tableFaultSchema),
});

async function main(): Promise<void> {
  const { port, dataDir } = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const store = new TableStore({ folder: dataDir });
  const front = createFaultFront(await createTableListener(store));
  const server = await startLoopbackServer(front.listener, port);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    server
      .close()
      .then(() => store.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  process.on('disconnect', end);
  process.on('message', (message) => answer(front, message));
  process.send?.({ ready: true, port: server.port });
}

function answer(front: FaultFront, message: unknown): void {
  const asked = questionSchema.safeParse(message);
  if (!asked.success) return;
  front.setFaults(asked.data.faults);
  process.send?.({ answer: asked.data.id });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
