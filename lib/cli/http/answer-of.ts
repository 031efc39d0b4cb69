import type { z } from 'zod';
import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';

/**
 * What is used of an answer; members that are not known are passed over.
 * @throws CommandFailure
 */
export function answerOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandFailure(
    EXIT.refused,
    `The answer is not as it should be (${issue?.path.map(String).join('.')}: ${issue?.code}).`,
    ['Is this command of the same version as the app?'],
  );
}
