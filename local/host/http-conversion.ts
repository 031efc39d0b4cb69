import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RpcHttpCookie, RpcHttpData, RpcTypedData } from './core-types.ts';

/** The largest body that the Functions host takes (docs: "HTTP trigger", limits). */
const BODY_LIMIT = 100 * 1024 * 1024;

/** A request that cannot be served; `status` says why. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

/**
 * The whole body of a request.
 * @throws HttpRefusal 413 beyond the limit.
 */
export async function readBody(request: IncomingMessage, limit = BODY_LIMIT): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new HttpRefusal(413);
  const chunks: Buffer[] = [];
  let size = 0;
  // Destroying the request would cut the socket before the refusal is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limit) throw new HttpRefusal(413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The absolute URL of a request.
 * @throws HttpRefusal 400 where the target or the Host header is malformed.
 */
export function requestUrl(request: IncomingMessage): URL {
  const base = `http://${request.headers.host ?? '127.0.0.1'}`;
  const target = request.url ?? '/';
  // A target that starts with two slashes would otherwise be read as another host.
  const text = target.startsWith('/') ? `${base}${target}` : target;
  if (!URL.canParse(text)) throw new HttpRefusal(400);
  return new URL(text);
}

/** What the host sends to the worker for a request. Repeated query keys are joined by commas. */
export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  parts: { readonly params: Readonly<Record<string, string>>; readonly body: Buffer },
): RpcHttpData {
  const query: Record<string, string> = {};
  for (const key of url.searchParams.keys()) query[key] = url.searchParams.getAll(key).join(',');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    // The worker asks the host to leave out empty headers (IgnoreEmptyValuedRpcHttpHeaders).
    if (value) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable(query),
    nullableParams: nullable(parts.params),
    ...(parts.body.length > 0 ? { body: { bytes: parts.body } } : {}),
  };
}

function nullable(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}

/** Hop-by-hop headers and the length are the server's own business. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** Answers with what the function returned; a function that returned nothing answers 204. */
export function sendRpcResponse(
  response: ServerResponse,
  value: RpcTypedData | null | undefined,
): void {
  const http = value?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  const headers: OutgoingHttpHeaders = {};
  for (const [name, text] of Object.entries(http.headers ?? {})) {
    if (!OWN_HEADERS.has(name.toLowerCase())) headers[name] = text;
  }
  const cookies = (http.cookies ?? []).map(formatCookie);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  response.writeHead(Number(http.statusCode ?? 200), headers).end(bodyOf(http));
}

function bodyOf({ body }: RpcHttpData): Buffer | string {
  if (body?.bytes) return Buffer.from(body.bytes);
  return body?.string ?? body?.json ?? '';
}

const SAME_SITE = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

function formatCookie(cookie: RpcHttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const sameSite = SAME_SITE[cookie.sameSite ?? 'none'];
  const parts = [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    seconds !== undefined && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge?.value !== undefined && `Max-Age=${cookie.maxAge.value}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    `Path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'Secure',
    sameSite && `SameSite=${sameSite}`,
    cookie.httpOnly?.value && 'HttpOnly',
  ];
  return parts.filter((part) => part).join('; ');
}
