import type { z } from 'zod';
import { answerError, errorCodeOf, type GraphAnswer } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';

/**
 * The body of an answer about one object, or undefined where Graph says that there is no such
 * object. Who is absent may lose something here, so a 404 must also carry Graph's own code for it:
 * one that comes from anything on the way does not count.
 * @throws AppError `bad-answer` for every other answer
 */
export function foundBody<T>(schema: z.ZodType<T>, answer: GraphAnswer): T | undefined {
  if (answer.status === 200) return parseAnswer(schema, answer.body);
  // `Request_ResourceNotFound`, or `Directory_ObjectNotFound` of the same family.
  if (answer.status === 404 && /notfound$/i.test(errorCodeOf(answer) ?? '')) return undefined;
  throw answerError('bad-answer', answer);
}
