import { z } from 'zod';
import { AppError } from '../errors.ts';
import { answerError, type GraphAnswer, refusalOf } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';
import { passingFailure } from './passing-failure.ts';
import { MAX_TRIES, type Pauses, pauseAfter } from './pauses.ts';

/** Requests that one batch takes (Graph docs: JSON batching). */
export const REQUESTS_A_BATCH = 20;

const batchSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number().int(),
      headers: z.record(z.string(), z.unknown()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});
type SubResponse = z.infer<typeof batchSchema>['responses'][number];

/** What sending a batch takes. */
export interface BatchOptions {
  readonly pauses: Pauses;
  /** When the batch is over, pauses and repetitions included; milliseconds since 1970. */
  readonly deadline: number;
  /** Sends the body to `$batch`. */
  readonly post: (body: Readonly<Record<string, unknown>>) => Promise<GraphAnswer>;
}

interface SubRequest {
  readonly id: string;
  readonly method: 'GET';
  readonly url: string;
}

/** What became of the requests of one batch, by id. */
interface Round {
  readonly answers: ReadonlyMap<string, GraphAnswer>;
  readonly failures: ReadonlyMap<string, AppError>;
}

/**
 * Sends up to 20 GET requests as one. Graph throttles each of them on its own, inside of an answer
 * with status 200 (Graph docs: JSON batching, throttling): only those that were throttled or failed
 * in passing are sent again, after the longest pause that any of them asks for. It gives up after
 * 4 tries that leave the same requests open, or when the pause would reach past the deadline.
 * @param urls paths below the version with their query, each with a leading slash
 * @returns the answers in the order of the requests, chosen as those of `Graph.send`
 * @throws AppError as `Graph.send`, and `bad-answer` where an answer is missing, unasked or double
 */
export async function getInBatch(
  options: BatchOptions,
  urls: readonly string[],
): Promise<readonly GraphAnswer[]> {
  const requests = urls.map(
    (url, index): SubRequest => ({ id: String(index), method: 'GET', url }),
  );
  const answers = new Map<string, GraphAnswer>();
  let open = requests;
  for (let tries = 1; open.length > 0; ) {
    const round = await sendRound(options, open);
    for (const [id, answer] of round.answers) answers.set(id, answer);
    if (round.answers.size > 0) tries = 1;
    if (round.failures.size > 0) await pause(options, [...round.failures.values()], tries);
    open = open.filter(({ id }) => round.failures.has(id));
    tries += 1;
  }
  return requests.map(({ id }) => present(answers.get(id)));
}

async function sendRound(options: BatchOptions, requests: readonly SubRequest[]): Promise<Round> {
  const responses = byId(await send(options, requests));
  const answers = new Map<string, GraphAnswer>();
  const failures = new Map<string, AppError>();
  for (const { id } of requests) {
    const response = present(responses.get(id));
    const failure = failureOf(response, options.pauses.clock.now());
    if (failure) failures.set(id, failure);
    else answers.set(id, accepted(response));
  }
  if (responses.size > requests.length)
    throw new AppError('bad-answer', 'a batch of Graph answers what nobody asked');
  return { answers, failures };
}

/** The batch itself may say 424 where a part of it was throttled (Graph docs: throttling). */
async function send({ post }: BatchOptions, requests: readonly SubRequest[]) {
  const answer = await post({ requests });
  if (answer.status !== 200 && answer.status !== 424) throw answerError('bad-answer', answer);
  return parseAnswer(batchSchema, answer.body).responses;
}

function byId(responses: readonly SubResponse[]): ReadonlyMap<string, SubResponse> {
  const found = new Map(responses.map((response) => [response.id, response]));
  if (found.size < responses.length)
    throw new AppError('bad-answer', 'a batch of Graph answers twice to one request');
  return found;
}

/** None of these requests depends on another, so that 424 can only come from throttling. */
function failureOf(response: SubResponse, now: number): AppError | undefined {
  const status = response.status === 424 ? 429 : response.status;
  return passingFailure(status, headerOf(response, 'retry-after') ?? null, now);
}

function accepted(response: SubResponse): GraphAnswer {
  const { status, body } = response;
  const answer = { status, body, requestId: headerOf(response, 'request-id') };
  const refusal = refusalOf(answer);
  if (refusal) throw refusal;
  return answer;
}

function headerOf({ headers }: SubResponse, wanted: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
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
    throw present(failures[pauses.indexOf(longest)]);
  await sleep(longest);
}

function present<T>(found: T | undefined): T {
  if (found === undefined)
    throw new AppError('bad-answer', 'a batch of Graph leaves out an answer');
  return found;
}
