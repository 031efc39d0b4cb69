import { z } from 'zod';
import { AppError } from '../errors.ts';
import { answerError, type GraphAnswer } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';

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

/** What a batch answers to one of its requests. */
export type BatchResponse = z.infer<typeof batchSchema>['responses'][number];

/** One request of a batch. */
export interface BatchRequest {
  readonly id: string;
  readonly method: string;
  /** Path below the version with its query, with a leading slash. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Sends a body to `$batch`. */
export type PostBatch = (body: Readonly<Record<string, unknown>>) => Promise<GraphAnswer>;

/**
 * Sends up to 20 requests as one, once.
 * @returns what each was answered, whatever it was, in the order of the requests
 * @throws AppError as `post`, and `bad-answer` where an answer is missing, unasked or double
 */
export async function sendRound(
  post: PostBatch,
  requests: readonly BatchRequest[],
): Promise<readonly BatchResponse[]> {
  const answer = await post({ requests });
  // The batch itself may say 424 where a part of it was throttled (Graph docs: throttling).
  if (answer.status !== 200 && answer.status !== 424) throw answerError('bad-answer', answer);
  const responses = byId(parseAnswer(batchSchema, answer.body).responses);
  const own = requests.map(({ id }) => present(responses.get(id)));
  if (responses.size > requests.length)
    throw new AppError('bad-answer', 'a batch of Graph answers what nobody asked');
  return own;
}

/** A part's answer as if it had been asked alone. */
export function answerOf(response: BatchResponse): GraphAnswer {
  const { status, body } = response;
  return { status, body, requestId: headerOf(response, 'request-id') };
}

/** A header of a part's answer; names are compared without case. */
export function headerOf({ headers }: BatchResponse, wanted: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

function byId(responses: readonly BatchResponse[]): ReadonlyMap<string, BatchResponse> {
  const found = new Map(responses.map((response) => [response.id, response]));
  if (found.size < responses.length)
    throw new AppError('bad-answer', 'a batch of Graph answers twice to one request');
  return found;
}

function present<T>(found: T | undefined): T {
  if (found === undefined)
    throw new AppError('bad-answer', 'a batch of Graph leaves out an answer');
  return found;
}
