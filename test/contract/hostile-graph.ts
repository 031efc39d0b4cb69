import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { trustedCertificates } from './trusted-certificates.ts';

/** What the server does with a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as it came in. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

/** An https server on 127.0.0.1 that does whatever a test wants; this process trusts it. */
export interface HostileGraph {
  readonly origin: string;
  readonly received: Received[];
  /** Each request takes the next handler; the last one stays. */
  answerWith(...handlers: Handler[]): void;
  close(): Promise<void>;
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Starts two servers of one certificate authority, since a foreign origin needs one too. */
export async function startHostileGraphs(): Promise<readonly [HostileGraph, HostileGraph]> {
  const certificates = await trustedCertificates();
  return Promise.all([start(certificates), start(certificates)]);
}

async function start(options: { key: string; cert: string }): Promise<HostileGraph> {
  const received: Received[] = [];
  let handlers: Handler[] = [];
  const server = createServer(options, (request, response) => {
    const { method = '', url = '' } = request;
    received.push({ method, url, authorization: request.headers.authorization });
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    origin: `https://localhost:${address.port}`,
    received,
    answerWith: (...next) => {
      handlers = next;
      received.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
