import { z } from 'zod';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { adviceFor } from './advice.ts';

const problemSchema = z.object({
  type: z.string().max(200),
  title: z.string().max(500),
  detail: z.string().max(20_000).optional(),
});

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
  /** The path that was asked for. */
  readonly path: string;
}

const SIGN_IN =
  'Sign in (az login, with TANDEM_SCOPE), or set TANDEM_TOKEN to a token that has not ended.';
const ROLES = 'Ask for the app role that is named there; docs/operations.md tells who may do what.';

/** A refusal as a failure: problem details (RFC 9457) as a sentence, and what to do. */
export function failureOf({ status, body, path }: Refusal): CommandFailure {
  const problem = problemSchema.safeParse(body).data;
  const exitCode = codeOf(status);
  if (!problem)
    return new CommandFailure(exitCode, `The address answered ${status}, and not as Tandem does.`, [
      ...standing(status),
      ...(status === 404 ? ['Is TANDEM_URL the address of Tandem?'] : []),
    ]);
  const { title, detail } = problem;
  const sentence = detail === undefined ? `${title}.` : `${title}: ${detail}`;
  const told = `${sentence} (${problem.type.split(':').at(-1)})`;
  return new CommandFailure(exitCode, told, [
    ...standing(status),
    ...adviceFor(detail ?? '', path),
  ]);
}

function codeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notPermitted;
  return isForLater(status) ? EXIT.unreachable : EXIT.refused;
}

/** Whether the same request may succeed when it is made again. */
export function isForLater(status: number): boolean {
  return status === 429 || status === 503 || status === 504;
}

function standing(status: number): string[] {
  if (status === 401) return [SIGN_IN];
  return status === 403 ? [ROLES] : [];
}
