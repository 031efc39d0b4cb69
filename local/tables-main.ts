import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

// Azurite's table service, for the parent that forked this process with an IPC channel. It is
// started through its own classes instead of its command line, because that does not say which
// port it got and goes on when its parent is gone.

interface TableServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

const optionsSchema = z.object({ port: z.int().default(0), dataDir: z.string().optional() });

/** The parameters of Azurite's TableConfiguration, which has no named ones. */
function configurationArguments({ port, dataDir }: z.output<typeof optionsSchema>): unknown[] {
  const keepAliveSeconds = 5;
  const address = ['127.0.0.1', port, keepAliveSeconds];
  const file = join(dataDir ?? process.cwd(), '__azurite_db_table__.json');
  const noLogs = [false, false, undefined, undefined];
  const loose = false;
  const skipApiVersionCheck = true;
  const noTls = ['', '', '', undefined];
  const disableProductStyleUrl = true;
  const inMemory = dataDir === undefined;
  const checks = [loose, skipApiVersionCheck];
  return [...address, file, ...noLogs, ...checks, ...noTls, disableProductStyleUrl, inMemory];
}

function createTableServer(options: z.output<typeof optionsSchema>): TableServer {
  const require = createRequire(import.meta.url);
  const load = <T>(path: string): T => require(`azurite/dist/src/table/${path}`).default;
  const Configuration = load<new (...values: unknown[]) => unknown>('TableConfiguration');
  const Server = load<new (configuration: unknown) => TableServer>('TableServer');
  return new Server(new Configuration(...configurationArguments(options)));
}

async function main(): Promise<void> {
  const server = createTableServer(optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
  await server.start();
  let ending = false;
  // Azurite writes its file every five seconds, and once more when it is closed.
  const end = (): void => {
    if (ending) return;
    ending = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  process.on('disconnect', end);
  process.send?.({ ready: true, port: Number(new URL(server.getHttpServerAddress()).port) });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
