import type { z } from 'zod';
import { AppError } from '../errors.ts';

/**
 * An answer's body in the shape that a schema describes.
 * @throws AppError `bad-answer` naming the place of the first fault and what is wrong there; the
 *   values, which are people's data, stay out of it.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const fault = issue ? `${placeOf(issue.path)} (${issue.code})` : 'unknown';
  throw new AppError('bad-answer', `an answer of Graph has a fault at ${fault}`);
}

/** Such as `value[3].members@delta[0].id`. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 80)}`))
    .join('')
    .replace(/^\./, '');
  return place === '' ? 'the top' : place;
}
