import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Clock, Secrets } from '../ports/platform.ts';
import { countRequests } from './count-requests.ts';

/** Where the secrets are. */
export interface SecretsConfig {
  /** The vault, e.g. `https://tandem.vault.azure.net`. */
  readonly uri: string;
  readonly credential: TokenCredential;
  /** For how many seconds what was read is taken from memory; 30 by default, 0 for never. */
  readonly cacheSeconds?: number;
  readonly clock?: Pick<Clock, 'now'>;
}

interface Read {
  readonly value: string;
  readonly until: number;
}

/**
 * Opens a Key Vault. What was read stays in memory for a short while; what is not there, or has just
 * been written, is always asked for.
 * Its calls throw AppError `access-denied`, `throttled`, `bad-request`, `unavailable`.
 */
export function openSecrets(config: SecretsConfig): Secrets {
  const { uri, credential, cacheSeconds = 30, clock = Date } = config;
  const client = openClient(uri, credential);
  const read = new Map<string, Read>();

  return {
    get: async (name) => {
      const known = read.get(name);
      if (known && known.until > clock.now()) return known.value;
      const secret = await found(client.getSecret(name));
      const value = secret?.value;
      if (value === undefined) read.delete(name);
      else read.set(name, { value, until: clock.now() + cacheSeconds * 1_000 });
      return value;
    },
    set: async (name, value) => {
      read.delete(name);
      await translated(write(client, name, value));
      read.delete(name);
    },
    remove: async (name) => {
      read.delete(name);
      await found(client.beginDeleteSecret(name));
      read.delete(name);
    },
  };
}

function openClient(uri: string, credential: TokenCredential): SecretClient {
  const { protocol, hostname } = new URL(uri);
  const loopback = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return new SecretClient(uri, credential, {
    ...(loopback && { allowInsecureConnection: true, disableChallengeResourceVerification: true }),
    retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 5_000 },
    additionalPolicies: [countRequests('secrets.requests')],
  });
}

/** A name that was removed stays taken until it is recovered (Azure docs: Key Vault soft-delete). */
async function write(client: SecretClient, name: string, value: string): Promise<void> {
  try {
    await client.setSecret(name, value);
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    const recovery = await client.beginRecoverDeletedSecret(name);
    await recovery.pollUntilDone();
    await client.setSecret(name, value);
  }
}

/** Undefined where the vault knows no such secret. */
async function found<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw failure(error);
  }
}

async function translated<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw failure(error);
  }
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  401: 'access-denied',
  403: 'access-denied',
  429: 'throttled',
};

/** The vault's own message may hold the secret's name, never its value; still only the status goes on. */
function failure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  const code = CODES[status ?? 0] ?? 'unavailable';
  return new AppError(code, `Key Vault: ${status ?? 'no answer'}`, { cause: error });
}
