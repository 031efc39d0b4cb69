import { z } from 'zod';
import { AppError, type ErrorCode } from '../errors.ts';

// Graph docs: error responses. Only the code is stable; messages may hold names and are left out.
const envelopeSchema = z.object({
  error: z.object({ code: z.string().regex(/^[\w.-]{1,100}$/) }),
});

/** An answer that was not thrown: 2xx, or a 4xx that the caller understands better. */
export interface GraphAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
  /** Graph's own id of the request, for support. */
  readonly requestId: string | undefined;
}

/** The error code of an answer, where it carries one in the documented shape. */
export function errorCodeOf(answer: GraphAnswer): string | undefined {
  const parsed = envelopeSchema.safeParse(answer.body);
  return parsed.success ? parsed.data.error.code : undefined;
}

/** An answer as an error: status, Graph's code and request id, nothing of its text. */
export function answerError(code: ErrorCode, answer: GraphAnswer): AppError {
  return new AppError(code, inWords(answer));
}

/** An answer in words without anybody's data. */
export function inWords(answer: GraphAnswer): string {
  const said = errorCodeOf(answer) ?? 'without a code';
  const request = answer.requestId === undefined ? '' : `, request-id ${answer.requestId}`;
  return `Graph answered ${answer.status} ${said}${request}`;
}

/**
 * The error that an answer is, whatever was asked; undefined for 2xx and for those 4xx that the
 * caller understands better. 429 and what passes by itself were dealt with before.
 */
export function refusalOf(answer: GraphAnswer): AppError | undefined {
  const { status } = answer;
  if (status === 401) return answerError('credential-refused', answer);
  if (status === 403) return answerError('access-denied', answer);
  const isNeither = status < 200 || (status >= 300 && status < 400) || status >= 500;
  return isNeither ? answerError('bad-answer', answer) : undefined;
}
