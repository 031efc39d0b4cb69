import { z } from 'zod';
import type { Json } from '../../sync/entry.ts';
import { SCIM_LIMITS } from '../limits.ts';
import { ScimError } from '../scim-error.ts';

/** One operation of a bulk request (RFC 7644 section 3.7). */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly bulkId?: string | undefined;
  readonly version?: string | undefined;
  readonly data?: Json | undefined;
}

export interface BulkRequest {
  /** Errors after which the rest is left undone; undefined = none are too many. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

const operationSchema = z.object({
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(['POST', 'PUT', 'PATCH', 'DELETE'])),
  // What stands behind two slashes would be a host.
  path: z
    .string()
    .max(1_000)
    .regex(/^\/[^/]/),
  bulkId: z.string().min(1).max(200).optional(),
  version: z.string().max(200).optional(),
  data: z.json().optional(),
});

const requestSchema = z.object({
  failOnErrors: z.number().int().positive().optional(),
  Operations: z.array(z.unknown()),
});

/**
 * Reads a bulk request. What is wrong with one operation is wrong with the request, since nothing of
 * it has been done yet.
 * @throws ScimError 413 beyond 1,000 operations, 400 `invalidSyntax`
 */
export function readBulk(body: Json): BulkRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success)
    throw new ScimError(400, 'invalidSyntax', 'a bulk request has a list of Operations');
  const { failOnErrors, Operations: given } = parsed.data;
  if (given.length > SCIM_LIMITS.mostOperations)
    throw new ScimError(
      413,
      'tooMany',
      `at most ${SCIM_LIMITS.mostOperations} operations are taken at once`,
    );
  const operations = given.map((one, at) => {
    const operation = operationSchema.safeParse(one);
    if (!operation.success || (operation.data.method === 'POST' && !operation.data.bulkId))
      throw new ScimError(400, 'invalidSyntax', `operation ${at + 1} is not a bulk operation`);
    return operation.data;
  });
  const ids = operations.flatMap(({ method, bulkId }) => (method === 'POST' ? [bulkId] : []));
  if (new Set(ids).size < ids.length)
    throw new ScimError(400, 'invalidSyntax', 'a bulkId stands for two resources');
  return { failOnErrors, operations };
}
