import { promises as dns, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../errors.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** A request to an address that somebody has typed in. */
export interface PublicRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface PublicAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What may be called, and how long it may take. */
export interface PublicLimits {
  /** Loopback as well, and by plain http there: on a laptop. */
  readonly allowLoopback: boolean;
  /** For the whole of it; default 10 s. */
  readonly milliseconds?: number;
  /** Of the answer; default 64 KB. */
  readonly maxBytes?: number;
  /** For tests: by default the system's. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

const MILLISECONDS = 10_000;
const MAX_BYTES = 64 * 1024;

/**
 * Makes a request to a public host by https, and to nothing else: every address that the name has must
 * be public, and the connection is made to just those, whatever the name says a moment later. Nothing
 * is redirected.
 * @throws AppError `bad-request` where the address must not be called, `unavailable` where nobody
 *   answers in time, `payload-too-large`
 */
export async function fetchPublic(
  address: string,
  request: PublicRequest,
  limits: PublicLimits,
): Promise<PublicAnswer> {
  const { url, pinned } = await allowed(address, limits);
  const { milliseconds = MILLISECONDS, maxBytes = MAX_BYTES } = limits;
  const lookup: LookupFunction = (_, options, done) => {
    const [first = { address: '', family: 0 }] = pinned;
    if (options.all) done(null, [...pinned]);
    else done(null, first.address, first.family);
  };
  const send = url.protocol === 'https:' ? overHttps : overHttp;
  const { method, body } = request;
  const headers = { ...request.headers, ...(body !== undefined && lengthOf(body)) };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(error));
    const signal = AbortSignal.timeout(milliseconds);
    // No agent: a connection that others have opened was not checked.
    const outgoing = send(url, { method, headers, lookup, agent: false, signal }, (answer) => {
      readAnswer(answer, maxBytes).then(resolve, fail);
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/**
 * The address, and where its host is.
 * @throws AppError `bad-request`, `unavailable` where the name cannot be looked up
 */
async function allowed(
  address: string,
  { allowLoopback, resolve = lookUp }: PublicLimits,
): Promise<{ readonly url: URL; readonly pinned: readonly LookupAddress[] }> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refused('must be https');
  if (url.username !== '' || url.password !== '') throw refused('must not hold a password');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const pinned = family === 0 ? await resolve(host) : [{ address: host, family }];
  const isLoopback = pinned.every((one) => isLoopbackAddress(one.address));
  if (pinned.length > 0 && isLoopback && allowLoopback) return { url, pinned };
  if (url.protocol !== 'https:') throw refused('must be https');
  if (pinned.length === 0 || !pinned.every((one) => isPublicAddress(one.address)))
    throw refused('must be a public host');
  return { url, pinned };
}

function refused(why: string): AppError {
  return new AppError('bad-request', `the address ${why}`);
}

async function lookUp(host: string): Promise<readonly LookupAddress[]> {
  try {
    return await dns.lookup(host, { all: true });
  } catch (error) {
    throw failureOf(error);
  }
}

function lengthOf(body: string): Record<string, string> {
  return { 'content-length': String(Buffer.byteLength(body)) };
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<PublicAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > maxBytes) {
      answer.destroy();
      throw new AppError('payload-too-large', 'the answer is too large');
    }
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

/** Of what the network says only the code is passed on. */
function failureOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new AppError('unavailable', `nobody answers at the address (${code})`, { cause: error });
}
