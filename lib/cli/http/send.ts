import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import type { Outside } from '../outside.ts';
import { readBody } from './read-body.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request. */
export interface Asked {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  /** The version that is meant (RFC 9110 section 13.1.1). */
  readonly ifMatch?: string | null;
  /** A file is asked for, not JSON. */
  readonly file?: AskedFile;
}

/** A file that is taken as it comes: it is never held as a whole. */
export interface AskedFile {
  readonly mediaType: string;
  readonly take: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** Its answer. */
export interface Answered {
  readonly etag: string | null;
  readonly status: number;
  /** Undefined of a file, which was taken. */
  readonly body: unknown;
  readonly retryAfter: string | null;
  readonly link: string | null;
}

/** Writes take longer: tests and provisioning ask the tenant. A file may, as long as it is not silent. */
const WITHIN_MS = { read: 60_000, write: 240_000, file: 240_000 } as const;

/**
 * Makes one request, and reads its answer to the end.
 * @throws CommandFailure where none comes, or not all of it
 */
export async function send(
  { fetch, signal }: Pick<Outside, 'fetch' | 'signal'>,
  { origin, token }: { readonly origin: string; readonly token: string },
  { method, path, body, ifMatch, file }: Asked,
): Promise<Answered> {
  const late = new AbortController();
  const within = file ? WITHIN_MS.file : WITHIN_MS[method === 'GET' ? 'read' : 'write'];
  const timer = setTimeout(() => late.abort(), within);
  try {
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: file?.mediaType ?? 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(typeof ifMatch === 'string' && { 'if-match': ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token is for this address alone.
      redirect: 'manual',
      signal: AbortSignal.any([signal, late.signal]),
    });
    const { status, headers } = response;
    const answered = {
      status,
      etag: headers.get('etag'),
      retryAfter: headers.get('retry-after'),
      link: headers.get('link'),
    };
    if (!file || !response.ok) return { ...answered, body: await readBody(response) };
    requireType(headers.get('content-type'), file.mediaType);
    await file.take(heard(response, { signal, hear: () => timer.refresh() }));
    return { ...answered, body: undefined };
  } catch (error) {
    if (signal.aborted || error instanceof CommandFailure) throw error;
    throw unreachable(origin, late.signal.aborted ? 'it took too long' : reasonOf(error));
  } finally {
    clearTimeout(timer);
    // Whatever was not read is not waited for.
    late.abort();
  }
}

/** A page to sign in at, or a list as JSON, is not written to a file of another name. */
function requireType(type: string | null, mediaType: string): void {
  if (type?.split(';')[0]?.trim().toLowerCase() === mediaType) return;
  throw new CommandFailure(EXIT.refused, `The answer is no file of the type ${mediaType}.`, [
    'Is this command of the same version as the app?',
  ]);
}

/** The bytes of an answer, which may take as long as they keep coming. */
async function* heard(
  { body }: Response,
  { signal, hear }: { readonly signal: AbortSignal; readonly hear: () => void },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body ?? []) {
    signal.throwIfAborted();
    yield chunk;
    hear();
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
