import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { evaluateOn, type Subject } from '../flows/evaluate-on.ts';
import { readJson } from '../http.ts';
import { askedObject, askedObjectShape } from './asked-object.ts';
import { connectionOf } from './connections.ts';
import type { Call } from './manage.ts';

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 8 };
const MOST_PROPERTIES = 200;

const evaluateSchema = z.strictObject({
  expression: z.string(),
  /** What `entry` is; a user where it is left out. */
  kind: z.enum(['user', 'group']).optional(),
  entry: z
    .record(z.string(), z.json())
    .refine((entry) => Object.keys(entry).length <= MOST_PROPERTIES, {
      error: `at most ${MOST_PROPERTIES} properties`,
    })
    .optional(),
  ...askedObjectShape,
});

/**
 * Evaluates an expression on properties that the request gives, or on an object of the tenant. A fault
 * of the expression is an answer too, so that an editor can show it in its place.
 */
export async function evaluateMapping(call: Call): Promise<HttpResponseInit> {
  const connection = await connectionOf(call);
  const { expression, ...body } = await readJson(call.request, evaluateSchema, LIMITS);
  const subject = subjectOf(body);
  return {
    status: 200,
    jsonBody: await evaluateOn(call.services, connection, { expression, subject }),
  };
}

function subjectOf({
  kind,
  entry,
  user,
  group,
}: Omit<z.infer<typeof evaluateSchema>, 'expression'>): Subject {
  const given = [entry, user, group].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AppError(
      'bad-request',
      'give either "entry" (properties, with "kind" where it is a group), or "user" or "group" of the tenant',
    );
  if (entry) return { kind: kind ?? 'user', entry };
  const asked = askedObject({ user, group });
  if (!asked || (kind !== undefined && kind !== asked.kind))
    throw new AppError('bad-request', '"kind" says what "entry" is; leave it out otherwise');
  return asked;
}
