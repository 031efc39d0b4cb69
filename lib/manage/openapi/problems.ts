import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';
import { PROBLEMS } from '../../http.ts';
import type { Row } from '../contract.ts';

/** Problem details (RFC 9457 section 3.1). */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  /** What happened this time; absent where it is not the caller's matter. */
  detail: z.string().optional(),
  /** The path that was asked for. */
  instance: z.string(),
});

type Problem = z.infer<typeof problemSchema>;

/** Whatever is asked, this may come. */
const ALWAYS: readonly ErrorCode[] = ['unauthorized', 'access-denied', 'unavailable'];

/** What a status means where it comes as a problem, and one such problem. */
export interface ProblemAnswer {
  readonly status: number;
  readonly description: string;
  readonly example: Problem;
}

/** What can go wrong with a route, by status, in order. */
export function problemsOf(row: Row): ProblemAnswer[] {
  const instance = row[1].replaceAll(/[{}]/g, '');
  const some = [...codesOf(row)].map((code): Problem => {
    const [status, title] = PROBLEMS[code];
    return { type: `urn:tandem:error:${code}`, title, status, instance };
  });
  const unexpected = { type: 'about:blank', title: 'Something went wrong', status: 500, instance };
  const byStatus = Map.groupBy([...some, unexpected], ({ status }) => status);
  return [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, [example = unexpected, ...others]]) => ({
      status,
      description: [example, ...others].map(({ title }) => title).join('; or: '),
      example,
    }));
}

function codesOf([method, path, , { contract }]: Row): ReadonlySet<ErrorCode> {
  const { body, query, ifMatch, problems = [] } = contract;
  return new Set<ErrorCode>([
    ...ALWAYS,
    ...(path.includes('{') ? (['not-found'] as const) : []),
    ...(query ? (['bad-request'] as const) : []),
    ...(body ? (['bad-request', 'payload-too-large'] as const) : []),
    ...(ifMatch ? (['precondition-failed'] as const) : []),
    ...(method === 'GET' ? [] : (['state-changed'] as const)),
    ...problems,
  ]);
}
