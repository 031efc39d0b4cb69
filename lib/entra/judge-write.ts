import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { EntraOutcome } from '../ports/entra-writes.ts';
import type { Judged } from './explain-refusals.ts';
import type { GraphAnswer } from './graph-error.ts';
import { isGuid } from './guid.ts';
import type { Sent } from './send-writes.ts';
import { isMemberAlready, refusedBy } from './write-refusal.ts';
import type { WriteRequest } from './write-request.ts';

const MADE = z.object({ id: z.string().refine(isGuid) });

/** What became of a write, by what came back. */
export function judgeWrite(request: WriteRequest, sent: Sent): Judged {
  const { subject } = request;
  if (sent instanceof AppError) return { subject, outcome: laterBy(sent), isClear: true };
  return { subject, outcome: outcomeOf(request, sent), isClear: isMemberAlready(sent) };
}

/** Nothing was written, or nobody knows; only throttling is sure to have written nothing. */
function laterBy({ code, message, retryAfterSeconds }: AppError): EntraOutcome {
  const reason = code === 'throttled' ? 'throttled' : 'later';
  const refused = { ok: false, reason, detail: message } as const;
  return retryAfterSeconds === undefined ? refused : { ...refused, retryAfterSeconds };
}

function outcomeOf({ subject, isSoAlready }: WriteRequest, answer: GraphAnswer): EntraOutcome {
  const isDone = answer.status >= 200 && answer.status < 300;
  if (!isDone && isSoAlready?.(answer) !== true) return refusedBy(answer);
  return subject.id === undefined ? madeBy(answer) : { ok: true, id: subject.id };
}

function madeBy({ body }: GraphAnswer): EntraOutcome {
  const made = MADE.safeParse(body);
  if (made.success) return { ok: true, id: made.data.id };
  return { ok: false, reason: 'later', detail: 'Graph did not say what it has made' };
}
