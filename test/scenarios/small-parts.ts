import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address of the app at which a list comes in parts of one row, where no size is asked for. */
export interface SmallParts {
  readonly url: string;
  /** How many parts there were. */
  readonly parts: () => number;
  readonly stop: () => Promise<void>;
}

/** Stands before the app: a file ends at 10,000 rows there, which no story has. */
export async function startSmallParts(app: string): Promise<SmallParts> {
  let parts = 0;
  const server = createServer(async ({ url = '', headers }, response) => {
    parts += 1;
    const wanted = new URL(url, app);
    if (!wanted.searchParams.has('size')) wanted.searchParams.set('size', '1');
    const { authorization = '', accept = '' } = headers;
    const answer = await fetch(wanted, { headers: { authorization, accept } });
    const kept = ['content-type', 'link'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    parts: () => parts,
    stop: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
