import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { RegisteredFunction } from './functions-core.ts';
import {
  HttpRefusal,
  readBody,
  requestUrl,
  sendRpcResponse,
  toRpcRequest,
} from './http-conversion.ts';
import type { Invoker } from './invoker.ts';
import { triggerBinding } from './invoker.ts';
import { matchRoute, parseRoute, type Route } from './route.ts';

const httpBinding = z.object({
  route: z.string().optional(),
  methods: z.array(z.string().transform((method) => method.toUpperCase())),
});

interface Endpoint {
  readonly target: RegisteredFunction;
  readonly methods: readonly string[];
  readonly route: Route;
}

export interface HttpTriggerOptions {
  readonly functions: readonly RegisteredFunction[];
  readonly routePrefix: string;
  readonly invoker: Invoker;
  /** 0 for any free port. */
  readonly port: number;
}

export interface HttpTrigger {
  readonly port: number;
  /** Takes no new requests and resolves when those in progress are answered. */
  stop(): Promise<void>;
  /** Cuts what is still open. */
  cut(): void;
}

/**
 * Serves the functions with an HTTP trigger on loopback.
 * @throws Error for routes that the Functions host refuses: reserved ones and twins.
 */
export async function startHttpTrigger(options: HttpTriggerOptions): Promise<HttpTrigger> {
  const endpoints = options.functions.map((target) => toEndpoint(target, options.routePrefix));
  refuseTwins(endpoints);
  const sorted = endpoints.toSorted((a, b) => (a.route.precedence < b.route.precedence ? -1 : 1));
  let stopping = false;
  const server = createServer((request, response) => {
    // A connection that a client keeps alive would hold up the end.
    response.once('close', () => stopping && setImmediate(() => server.closeIdleConnections()));
    serve({ endpoints: sorted, invoker: options.invoker }, request, response).catch((error) =>
      refuse(request, response, error),
    );
  });
  await listen(server, options.port);
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The HTTP trigger has no port.');
  return {
    port: address.port,
    stop: () => {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      return closed;
    },
    cut: () => server.closeAllConnections(),
  };
}

function toEndpoint(target: RegisteredFunction, prefix: string): Endpoint {
  const { name } = target.metadata;
  const binding = httpBinding.parse(triggerBinding(target));
  const own = (binding.route ?? name).replace(/^\/+|\/+$/g, '');
  // The host keeps these for itself, whatever the prefix.
  if (/^(?:admin|runtime)/i.test(own)) {
    throw new Error(
      `Function "${name}": the specified route conflicts with one or more built in routes.`,
    );
  }
  return { target, methods: binding.methods, route: parseRoute(`${prefix}/${own}`) };
}

function refuseTwins(endpoints: readonly Endpoint[]): void {
  const seen = new Map<string, string>();
  for (const { methods, route, target } of endpoints) {
    for (const method of methods) {
      const key = `${method} ${route.template.toLowerCase()}`;
      const other = seen.get(key);
      if (other) {
        throw new Error(
          `Function "${target.metadata.name}": its route conflicts with that of "${other}".`,
        );
      }
      seen.set(key, target.metadata.name);
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** 404 also where only the method differs: the Functions host has no 405. */
async function serve(
  { endpoints, invoker }: { endpoints: readonly Endpoint[]; invoker: Invoker },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = requestUrl(request);
  for (const { methods, route, target } of endpoints) {
    if (!methods.includes(request.method ?? '')) continue;
    const params = matchRoute(route, url.pathname);
    if (!params) continue;
    const body = await readBody(request);
    const http = toRpcRequest(request, url, { params, body });
    const result = await invoker.invoke(target, { data: { http } });
    sendRpcResponse(response, result.returnValue);
    return;
  }
  throw new HttpRefusal(404);
}

/** A function that throws answers 500 with an empty body; details are in the log only. */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof HttpRefusal ? error.status : 500;
  // What is left of an unread body must not be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-length': 0 }).end();
}
