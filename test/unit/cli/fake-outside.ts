import type { Outside } from '../../../lib/cli/outside.ts';
import { replaceFile } from '../../../lib/cli/replace-file.ts';
import { runTandem } from '../../../lib/cli/run-tandem.ts';

/** What the app answers. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a body: a file, as it comes. */
  readonly file?: () => AsyncIterable<string | Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was asked of it. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | null;
  readonly ifMatch: string | null;
  readonly accept: string | null;
}

interface Faked {
  readonly env?: Outside['env'];
  readonly columns?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly signIn?: Outside['signIn'];
  readonly signal?: AbortSignal;
  /** The real disk, unless a test has another. */
  readonly replaceFile?: Outside['replaceFile'];
  /** By method and path; the last of several stays. */
  readonly answers?: Readonly<Record<string, Reply | readonly (Reply | 'nothing')[]>>;
}

const HERE = { TANDEM_URL: 'http://127.0.0.1:7071', TANDEM_TOKEN: 'a-token' };

/** A world in which time passes as it is waited for, and the app answers as it is told. */
function fakeOutside(faked: Faked) {
  const { env, columns, files = {}, signIn, signal, answers = {} } = faked;
  let [out, errors, now] = ['', '', Date.parse('2026-11-22T10:00:00Z')];
  const asked: Asked[] = [];
  const pauses: number[] = [];
  const left = new Map(Object.entries(answers).map(([key, some]) => [key, [some].flat()]));
  const outside: Outside = {
    env: env ?? HERE,
    stdout: { write: (text) => (out += text), isTTY: columns !== undefined, columns },
    stderr: { write: (text) => (errors += text), isTTY: columns !== undefined, columns },
    now: () => now,
    sleep: async (ms, stop) => {
      stop.throwIfAborted();
      pauses.push(ms);
      now += ms;
    },
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('there is no such file');
      return text;
    },
    replaceFile: faked.replaceFile ?? replaceFile,
    signIn: signIn ?? (() => Promise.reject(new Error('nobody'))),
    signal: signal ?? new AbortController().signal,
    fetch: async (url, { method = '', body, headers, signal: stop }) => {
      stop?.throwIfAborted();
      const path = url.slice(new URL(url).origin.length);
      const authorization = new Headers(headers).get('authorization');
      const sent: unknown = typeof body === 'string' ? JSON.parse(body) : undefined;
      const ifMatch = new Headers(headers).get('if-match');
      const accept = new Headers(headers).get('accept');
      asked.push({ method, path, body: sent, authorization, ifMatch, accept });
      const queue = left.get(`${method} ${path}`) ?? [{ status: 404, body: NO_SUCH }];
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      if (reply === undefined || reply === 'nothing') throw new TypeError('fetch failed');
      const { status = 200, body: answer, file, headers: own = {} } = reply;
      if (file) return new Response(streamOf(file(), stop), { status, headers: own });
      const text = answer === undefined ? null : JSON.stringify(answer);
      return new Response(text, { status, headers: own });
    },
  };
  return {
    outside,
    asked,
    pauses,
    out: () => out,
    errors: () => errors,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

/** As of `fetch`, an answer ends with the signal. */
function streamOf(
  pieces: AsyncIterable<string | Uint8Array>,
  stop: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const bytes = async function* () {
    for await (const piece of pieces) {
      stop?.throwIfAborted();
      yield typeof piece === 'string' ? encoder.encode(piece) : piece;
    }
  };
  return ReadableStream.from(bytes());
}

/** Problem details, as the app gives them. */
export function problem(status: number, code: string, detail?: string): Reply {
  return { status, body: { type: `urn:tandem:error:${code}`, title: 'No', status, detail } };
}

const NO_SUCH = problem(404, 'not-found', 'there is no such thing').body;

/** Runs a command line in such a world. */
export async function tandem(line: string, faked: Faked = {}) {
  const world = fakeOutside(faked);
  const code = await runTandem(world.outside, line.split(' ').filter(Boolean));
  return { ...world, code, out: world.out(), errors: world.errors() };
}

const NOTHING = {};

/** A run as the app shows it. */
export function aRun(some: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'r1',
    kind: 'resync',
    state: 'completed',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:04.500Z',
    seconds: 4.5,
    counters: { users: { read: 3, updated: 1 }, groups: NOTHING, memberships: NOTHING },
    ...some,
  };
}

/** The same while it is open. */
export function anOpenRun(some: Readonly<Record<string, unknown>> = {}) {
  const { endedAt: _, seconds: __, ...open } = aRun({ state: 'running', phase: 'users' });
  return { ...open, ...some };
}

/** A connection's status as the app shows it. */
export function aStatus(some: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'c',
    name: 'Contoso',
    enabled: true,
    lastSync: null,
    lastFullSync: null,
    nextPoll: null,
    inStep: { users: 10, groups: 4, memberships: 20, entitlements: 0 },
    currentRun: null,
    lastRun: null,
    lastError: null,
    unavailable: { entra: null, app: null },
    notifications: { on: true },
    failures: 0,
    held: { users: 0, groups: 0, memberships: 0, entitlements: 0, attributes: 0 },
    rejectedMessages: 0,
    ...some,
  };
}
