import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { readLimited } from './read-limited.ts';

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** Whose keys, and where they are to be had. */
export interface KeySource {
  /** Scheme, host and port: what Entra's documents link to is followed there alone. */
  readonly authority: string;
  readonly issuer: string;
  readonly fetch: Fetch;
}

/** Signing keys by their ids. */
export type KeysById = ReadonlyMap<string, KeyObject>;

const TIMEOUT_MS = 5_000;
/** Entra's own set holds some ten keys with their certificates, in 20 KB. */
const MAX_BYTES = 512 * 1024;
const MOST_KEYS = 100;

const configurationSchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

const keySchema = z.object({
  kty: z.string(),
  kid: z.string().optional(),
  use: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
});
const keySetSchema = z.object({ keys: z.array(keySchema).max(MOST_KEYS) });

/**
 * Reads the keys that an issuer signs with: its OpenID configuration says where they stand (OpenID
 * Connect Discovery 1.0 section 4; RFC 7517).
 * @throws AppError `unavailable`
 */
export async function fetchKeys(source: KeySource): Promise<KeysById> {
  const { origin } = new URL(source.authority);
  const configured = await read(source, configurationUrl(source), configurationSchema);
  if (configured.issuer !== source.issuer)
    throw unreadable('the configuration at the authority is of another issuer');
  const url = URL.parse(configured.jwks_uri);
  if (url?.origin !== origin) throw unreadable('the configuration leads to another origin');
  const { keys } = await read(source, url, keySetSchema);
  return new Map(keys.flatMap(namedKey));
}

/** The issuer of a version 1.0 token lives elsewhere: only its path counts (Entra docs: OIDC). */
function configurationUrl({ authority, issuer }: KeySource): URL {
  const path = new URL(issuer).pathname.replace(/\/$/, '');
  return new URL(`${path}/.well-known/openid-configuration`, authority);
}

async function read<T>({ fetch: send }: KeySource, url: URL, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(send, url));
  if (parsed.success) return parsed.data;
  throw unreadable('a document has another shape');
}

async function readJson(send: Fetch, url: URL): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { accept: 'application/json' };
    const response = await send(url, { headers, redirect: 'manual', signal });
    if (response.status !== 200) throw unreadable(`Entra answered ${response.status}`);
    return JSON.parse((await readLimited(response, MAX_BYTES)).toString('utf8'));
  } catch (error) {
    if (error instanceof AppError) throw unreadable(error.message);
    throw unreadable('Entra gave no answer');
  }
}

/** What is no key for signatures, or none that this can read, is as if it were not there. */
function namedKey({ kty, kid, use, n, e }: z.infer<typeof keySchema>): [string, KeyObject][] {
  if (kty !== 'RSA' || kid === undefined || (use ?? 'sig') !== 'sig' || !n || !e) return [];
  try {
    return [[kid, createPublicKey({ key: { kty, n, e }, format: 'jwk' })]];
  } catch {
    return [];
  }
}

function unreadable(why: string): AppError {
  return new AppError('unavailable', `the signing keys cannot be read: ${why}`);
}
