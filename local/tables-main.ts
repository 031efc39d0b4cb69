import { z } from 'zod';
import { startLoopbackServer } from './loopback-server.ts';
import { createTableListener } from './table-store/table-listener.ts';
import { TableStore } from './table-store/table-store.ts';

// Azurite's table service over a store of our own, for the parent that forked this process with an
// IPC channel.

const optionsSchema = z.object({ port: z.int().default(0), dataDir: z.string().optional() });

async function main(): Promise<void> {
  const { port, dataDir } = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const store = new TableStore({ folder: dataDir });
  const server = await startLoopbackServer(await createTableListener(store), port);
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
  process.send?.({ ready: true, port: server.port });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
