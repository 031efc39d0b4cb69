import { json, type Step } from './fake-graph.ts';

/** What a batch answers to one of its requests. */
export interface SubAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string | number>;
  readonly body?: unknown;
}

/** One request of a batch. */
export interface SubRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
}

/** An error in Graph's envelope, as a part of a batch. */
export function subError(status: number, code: string, headers = {}): SubAnswer {
  return { status, headers, body: { error: { code, message: 'Secret Person' } } };
}

/** What Graph says of an object that it does not know. */
export const notFound = subError(404, 'Request_ResourceNotFound');

/** What Graph says where it is too much. */
export const throttled = (seconds?: string | number): SubAnswer =>
  subError(429, 'TooManyRequests', seconds === undefined ? {} : { 'Retry-After': seconds });

export async function subRequestsOf(request: Request): Promise<readonly SubRequest[]> {
  const { requests } = (await request.clone().json()) as { requests: SubRequest[] };
  return requests;
}

/** A batch whose parts are answered one by one, and put together backwards: their order is free. */
export function batch(answer: (url: string) => SubAnswer, status = 200): Step {
  return async (request) => {
    const responses = (await subRequestsOf(request)).map(({ id, url }) => ({
      id,
      status: 200,
      ...answer(url),
    }));
    return json({ responses: responses.toReversed() }, status)(request);
  };
}
