import { type BatchResponse, headerOf } from './batch-round.ts';
import { retryAfterSeconds } from './retry-after.ts';
import type { WriteAnswerLoad } from './write-pacing.ts';

/**
 * What the answers to a batch of writes say of the load: the most that any of them says. Those with
 * 5xx come from anywhere and say nothing.
 * @param now milliseconds since 1970
 */
export function loadOf(responses: readonly BatchResponse[], now: number): WriteAnswerLoad {
  const used = responses.filter(({ status }) => status < 500).map(usedOf);
  const pauses = responses
    .filter(({ status }) => status === 429)
    .map((response) => retryAfterSeconds(headerOf(response, 'retry-after') ?? null, now) ?? 0);
  return {
    ...(used.length > 0 && { used: Math.max(...used) }),
    ...(pauses.length > 0 && { retryAfterSeconds: Math.max(...pauses) }),
  };
}

/** The share of a limit that is used (Graph docs: throttling limits, identity). */
function usedOf(response: BatchResponse): number {
  const text = headerOf(response, 'x-ms-throttle-limit-percentage') ?? '';
  return /^\d(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
}
