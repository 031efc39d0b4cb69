import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import { pipeline } from 'node:stream/promises';

/** The address that the app is reached under from outside. */
export interface PublicFront {
  /** `https://127.0.0.1:port`, without a slash at its end. */
  readonly url: string;
  /** Ends at once; what is under way is cut. */
  readonly close: () => Promise<void>;
}

export interface FrontOptions {
  readonly key: string;
  readonly cert: string;
  /** The HTTP ports of the workers that are up, on this machine. */
  readonly ports: () => readonly number[];
  /** Default: any free one. */
  readonly port?: number;
}

/** They concern one connection, not the message (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Serves https for the workers, as the platform's front ends do: requests are handed on in turns,
 * bodies as they come. 502 where no worker is up, or the one that was asked does not answer.
 * @throws Error when the port is taken
 */
export async function startPublicFront(options: FrontOptions): Promise<PublicFront> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const server = createServer({ key: options.key, cert: options.cert }, (incoming, response) => {
    const ports = options.ports();
    turn += 1;
    const port = ports[turn % ports.length];
    if (port === undefined) return refuse(response);
    void handOn(send(agent, port, incoming), incoming, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The public front has no port.');
  return {
    url: `https://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function send(agent: Agent, port: number, incoming: IncomingMessage): ClientRequest {
  return request({
    agent,
    port,
    host: '127.0.0.1',
    method: incoming.method,
    path: incoming.url,
    headers: [...passedOn(incoming), 'X-Forwarded-Proto', 'https'],
  });
}

async function handOn(
  sent: ClientRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answered = answerTo(sent);
  // A worker may answer before it has read everything, and then reads no more.
  pipeline(incoming, sent).catch(() => {});
  response.once('close', () => sent.destroy());
  try {
    const answer = await answered;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer));
    await pipeline(answer, response);
  } catch {
    if (response.headersSent) response.destroy();
    else refuse(response);
  } finally {
    incoming.resume();
  }
}

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.once('close', () => reject(new Error('The worker went away.')));
  });
}

/** Names and values in turns, as they came: a name may come more than once. */
function passedOn({ rawHeaders }: IncomingMessage): string[] {
  const isLength = (name: string) => name === 'content-length';
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  // Where a body comes in chunks, it is chunked anew; of two ways to tell its end the length counts.
  const isChunked = names.includes('transfer-encoding');
  return rawHeaders.flatMap((name, at) => {
    const lower = name.toLowerCase();
    if (at % 2 === 1 || HOP_BY_HOP.has(lower) || (isChunked && isLength(lower))) return [];
    return [name, rawHeaders[at + 1] ?? ''];
  });
}

function refuse(response: ServerResponse): void {
  response.writeHead(502, { 'Content-Type': 'text/plain' }).end('No worker answers.\n');
}
