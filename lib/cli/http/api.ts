import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import type { Outside } from '../outside.ts';
import type { Bearer } from '../sign-in.ts';
import { failureOf, isForLater } from './problem.ts';
import { readBody } from './read-body.ts';
import { pauseOf } from './retry-pause.ts';

/** The admin API. Every method throws CommandFailure, where the answer is an error or none comes. */
export interface Api {
  /** @returns the JSON of the answer; undefined where it is empty */
  readonly ask: (method: Method, path: string, body?: unknown) => Promise<unknown>;
  readonly get: (path: string) => Promise<unknown>;
  /** Puts something in the place of what stands `as` a path now: nobody else's change is lost. */
  readonly replace: (
    path: string,
    how: { readonly body: unknown; readonly as: string },
  ) => Promise<unknown>;
  /** Undefined where there is no such thing. */
  readonly find: (path: string) => Promise<unknown>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Asked {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  /** The version that is meant (RFC 9110 section 13.1.1). */
  readonly ifMatch?: string | null;
}

interface Answered {
  readonly etag: string | null;
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

const MOST_TRIES = 5;
/** Writes take longer: tests and provisioning ask the tenant. */
const WITHIN_MS = { read: 60_000, write: 240_000 } as const;

/** Opens the admin API at an origin. Reads are tried again where the answer is "later". */
export function openApi(
  outside: Pick<Outside, 'fetch' | 'sleep' | 'signal'>,
  origin: string,
  bearer: Bearer,
): Api {
  const sent = async (asked: Asked): Promise<Answered> => {
    for (let tries = 1; ; tries += 1) {
      const answered = await send(outside, { origin, token: await bearer() }, asked);
      const isAgain = asked.method === 'GET' && isForLater(answered.status) && tries < MOST_TRIES;
      if (!isAgain) return answered;
      await outside.sleep(pauseOf(answered.retryAfter, tries), outside.signal);
    }
  };
  const ask = async (method: Method, path: string, body?: unknown): Promise<unknown> => {
    const { status, body: answer } = await sent({ method, path, body });
    if (status >= 200 && status < 300) return answer;
    throw failureOf({ status, body: answer, path });
  };
  return {
    ask,
    get: (path) => ask('GET', path),
    replace: async (path, { body, as }) => {
      const known = await sent({ method: 'GET', path: as });
      if (known.status !== 200) throw failureOf({ ...known, path: as });
      const { status, body: answer } = await sent({
        method: 'PUT',
        path,
        body,
        ifMatch: known.etag,
      });
      if (status >= 200 && status < 300) return answer;
      throw failureOf({ status, body: answer, path });
    },
    find: async (path) => {
      const { status, body } = await sent({ method: 'GET', path });
      if (status === 404) return undefined;
      if (status === 200) return body;
      throw failureOf({ status, body, path });
    },
  };
}

async function send(
  { fetch, signal }: Pick<Outside, 'fetch' | 'signal'>,
  { origin, token }: { readonly origin: string; readonly token: string },
  { method, path, body, ifMatch }: Asked,
): Promise<Answered> {
  const within = AbortSignal.timeout(method === 'GET' ? WITHIN_MS.read : WITHIN_MS.write);
  try {
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(typeof ifMatch === 'string' && { 'if-match': ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token is for this address alone.
      redirect: 'manual',
      signal: AbortSignal.any([signal, within]),
    });
    const { status, headers } = response;
    const [etag, retryAfter] = [headers.get('etag'), headers.get('retry-after')];
    return { status, etag, body: await readBody(response), retryAfter };
  } catch (error) {
    if (signal.aborted || error instanceof CommandFailure) throw error;
    throw unreachable(origin, within.aborted ? 'it took too long' : reasonOf(error));
  }
}

function unreachable(origin: string, why: string): CommandFailure {
  return new CommandFailure(EXIT.unreachable, `No answer from ${origin}: ${why}.`, [
    'Is the address right (TANDEM_URL), and is Tandem running?',
  ]);
}

/** What `fetch` says is "fetch failed"; the code of what caused it says more. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'the connection failed' : code;
}
