import type { AppError } from '../errors.ts';
import {
  answerOf,
  type BatchRequest,
  type BatchResponse,
  headerOf,
  type PostBatch,
  sendRound,
} from './batch-round.ts';
import { type GraphAnswer, refusalOf } from './graph-error.ts';
import { passingFailure } from './passing-failure.ts';
import { MAX_TRIES, type Pauses, pauseAfter } from './pauses.ts';

/** What sending a batch takes. */
export interface BatchOptions {
  readonly pauses: Pauses;
  /** When the batch is over, pauses and repetitions included; milliseconds since 1970. */
  readonly deadline: number;
  readonly post: PostBatch;
}

/**
 * Sends up to 20 GET requests as one. Graph throttles each of them on its own, inside of an answer
 * with status 200 (Graph docs: JSON batching, throttling): only those that were throttled or failed
 * in passing are sent again, after the longest pause that any of them asks for. It gives up after
 * 4 tries that leave the same requests open, or when the pause would reach past the deadline.
 * @returns the answers in the order of the requests, chosen as those of `Graph.send`
 * @throws AppError as `Graph.send`, and `bad-answer` where an answer is missing, unasked or double
 */
export async function getInBatch(
  options: BatchOptions,
  requests: readonly BatchRequest[],
): Promise<readonly GraphAnswer[]> {
  const answers = new Map<string, GraphAnswer>();
  let open = requests;
  for (let tries = 1; open.length > 0; ) {
    const failures = new Map<string, AppError>();
    for (const response of await sendRound(options.post, open)) {
      const failure = failureOf(response, options.pauses.clock.now());
      if (failure) failures.set(response.id, failure);
      else answers.set(response.id, accepted(response));
    }
    if (failures.size < open.length) tries = 1;
    if (failures.size > 0) await pause(options, [...failures.values()], tries);
    open = open.filter(({ id }) => failures.has(id));
    tries += 1;
  }
  return requests.flatMap(({ id }) => answers.get(id) ?? []);
}

/** None of these requests depends on another, so that 424 can only come from throttling. */
function failureOf(response: BatchResponse, now: number): AppError | undefined {
  const status = response.status === 424 ? 429 : response.status;
  return passingFailure(status, headerOf(response, 'retry-after') ?? null, now);
}

function accepted(response: BatchResponse): GraphAnswer {
  const answer = answerOf(response);
  const refusal = refusalOf(answer);
  if (refusal) throw refusal;
  return answer;
}

/** @throws AppError the failure that asks for the longest pause, where there is no time for it */
async function pause(
  { pauses: { clock, sleep, random }, deadline }: BatchOptions,
  failures: readonly AppError[],
  tries: number,
): Promise<void> {
  const pauses = failures.map((failure) => pauseAfter(failure, tries, random));
  const longest = Math.max(...pauses);
  if (tries >= MAX_TRIES || clock.now() + longest >= deadline)
    throw failures[pauses.indexOf(longest)];
  await sleep(longest);
}
