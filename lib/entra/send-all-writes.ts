import { AppError, hasCode } from '../errors.ts';
import { chunks } from '../sync/chunks.ts';
import { REQUESTS_A_BATCH } from './batch-round.ts';
import type { Graph } from './client.ts';
import { graphUrl } from './graph-base.ts';
import { type SendOptions, type Sent, sendWrites } from './send-writes.ts';
import type { WriteRequest } from './write-request.ts';

/** Any number of writes in batches of 20, one batch after the other. */
export async function sendAllWrites(
  graph: Graph,
  options: Omit<SendOptions, 'post'>,
  writes: readonly WriteRequest[],
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const batch of chunks(writes, REQUESTS_A_BATCH)) {
    const isRepeatable = batch.every(({ method }) => method !== 'POST');
    const post: SendOptions['post'] = (body) => postBatch(graph, body, isRepeatable);
    try {
      sent.push(...(await sendWrites({ ...options, post: heeded(options, post) }, batch)));
    } catch (error) {
      // What was written before must not get lost, nor that something may have been made.
      const mayBeDone = !isRepeatable && hasCode(error, 'unavailable', 'bad-answer');
      if (!(error instanceof AppError) || (sent.length === 0 && !mayBeDone)) throw error;
      return [...sent, ...writes.slice(sent.length).map(() => error)];
    }
  }
  return sent;
}

function postBatch(
  graph: Graph,
  body: Readonly<Record<string, unknown>>,
  isRepeatable: boolean,
): ReturnType<Graph['send']> {
  const url = graphUrl(graph.base, '/$batch');
  return graph.send({ method: 'POST', url, body, repeatable: isRepeatable, once: !isRepeatable });
}

/** A batch that is throttled as a whole stops all others as well. */
function heeded(
  { pacing }: Pick<SendOptions, 'pacing'>,
  post: SendOptions['post'],
): SendOptions['post'] {
  return async (body) => {
    try {
      return await post(body);
    } catch (error) {
      if (hasCode(error, 'throttled') && error.retryAfterSeconds !== undefined)
        pacing.heed({ retryAfterSeconds: error.retryAfterSeconds });
      throw error;
    }
  };
}
