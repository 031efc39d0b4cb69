import { AppError } from '../errors.ts';
import type { WritePriority } from '../ports/entra-writes.ts';
import {
  answerOf,
  type BatchRequest,
  type BatchResponse,
  type PostBatch,
  sendRound,
} from './batch-round.ts';
import type { GraphAnswer } from './graph-error.ts';
import { passingWrite } from './passing-write.ts';
import { MAX_TRIES, type Pauses, pauseAfter } from './pauses.ts';
import { loadOf } from './write-load.ts';
import type { WritePacing } from './write-pacing.ts';
import type { WriteRequest } from './write-request.ts';

/** What became of one write: Graph's answer, or why there is none. */
export type Sent = GraphAnswer | AppError;

/** What sending writes takes. */
export interface SendOptions {
  readonly pacing: WritePacing;
  readonly pauses: Pauses;
  readonly priority: WritePriority;
  /** Called with the number of writes that are sent, repetitions included. */
  readonly count: (writes: number) => void;
  readonly post: PostBatch;
}

/** From the first answers on, pauses and repetitions included. */
const LONGEST_MS = 60_000;

const PRIORITY: Readonly<Record<WritePriority, string>> = { low: 'Low', high: 'High' };

/** A write on its way, under its number in the batch. */
interface Open {
  readonly id: string;
  readonly write: WriteRequest;
}

/**
 * Sends up to 20 writes as one batch. Those that were throttled or failed in passing are sent again
 * alone, after the longest pause that any of them asks for; creations only where Graph surely did
 * nothing. It gives up on those that are left after 4 tries in vain, or when the pause would take too
 * long.
 * @returns in the order of the writes
 * @throws AppError as `post` and `WritePacing.take`, where nothing was answered yet
 */
export async function sendWrites(
  options: SendOptions,
  writes: readonly WriteRequest[],
): Promise<readonly Sent[]> {
  const sent = new Map<string, Sent>();
  const { clock } = options.pauses;
  let deadline: number | undefined;
  let open: readonly Open[] = writes.map((write, place) => ({ id: String(place), write }));
  for (let tries = 1; open.length > 0; tries += 1) {
    const failures = await sendOpen(options, open, sent);
    deadline ??= clock.now() + LONGEST_MS;
    if (failures.size < open.length) tries = 1;
    open = open.filter(({ id }) => failures.has(id));
    const isWorthIt = await pause(options.pauses, [...failures.values()], { tries, deadline });
    if (!isWorthIt) break;
  }
  return writes.flatMap((_, place) => sent.get(String(place)) ?? []);
}

/**
 * One round: notes what became of each.
 * @returns why those are left that may be sent again
 */
async function sendOpen(
  options: SendOptions,
  open: readonly Open[],
  sent: Map<string, Sent>,
): Promise<ReadonlyMap<string, AppError>> {
  const failures = new Map<string, AppError>();
  try {
    for (const [place, response] of (await answersTo(options, open)).entries()) {
      const passing = passingWrite(response, options.pauses.clock.now());
      sent.set(response.id, passing?.failure ?? answerOf(response));
      const isRepeatable = passing?.isUntouched === true || open[place]?.write.method !== 'POST';
      if (passing && isRepeatable) failures.set(response.id, passing.failure);
    }
    return failures;
  } catch (error) {
    // What was answered before must not get lost; the rest keeps the failure of its last round.
    if (sent.size > 0 && error instanceof AppError) return failures;
    throw error;
  }
}

async function answersTo(
  { pacing, pauses: { clock }, priority, count, post }: SendOptions,
  open: readonly Open[],
): Promise<readonly BatchResponse[]> {
  await pacing.take(open.length, priority);
  count(open.length);
  const responses = await sendRound(
    post,
    open.map(({ id, write }) => partOf(id, write, priority)),
  );
  pacing.heed(loadOf(responses, clock.now()));
  return responses;
}

/** Graph judges the priority of each part by itself, and takes no body without its type. */
function partOf(id: string, write: WriteRequest, priority: WritePriority): BatchRequest {
  const { method, path, body } = write;
  const headers = { 'x-ms-throttle-priority': PRIORITY[priority] };
  if (!body) return { id, method, url: path, headers };
  return {
    id,
    method,
    url: path,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
  };
}

/** Whether to go on, after the longest pause that any failure asks for. */
async function pause(
  { clock, sleep, random }: Pauses,
  failures: readonly AppError[],
  { tries, deadline }: { readonly tries: number; readonly deadline: number },
): Promise<boolean> {
  if (failures.length === 0 || tries >= MAX_TRIES) return false;
  const longest = Math.max(...failures.map((failure) => pauseAfter(failure, tries, random)));
  if (clock.now() + longest >= deadline) return false;
  await sleep(longest);
  return true;
}
