import { z } from 'zod';
import { AppError } from '../errors.ts';
import { evaluateOn, type Subject } from '../flows/entries/evaluate-on.ts';
import { readJson } from '../http.ts';
import { askedObject, askedObjectShape } from './asked-object.ts';
import { connectionOf } from './connections.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { countSchema, jsonSchema } from './views.ts';

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 8 };
const MOST_PROPERTIES = 200;

const evaluateSchema = z.strictObject({
  expression: z.string(),
  /** What `entry` is; a user where it is left out. */
  kind: z.enum(['user', 'group']).optional(),
  entry: z
    .record(z.string(), jsonSchema)
    .refine((entry) => Object.keys(entry).length <= MOST_PROPERTIES, {
      error: `at most ${MOST_PROPERTIES} properties`,
    })
    .optional(),
  ...askedObjectShape,
});

/** What an expression comes to, or its fault. */
const triedSchema = z.union([
  z.strictObject({
    value: jsonSchema,
    /** The properties that it reads, and what the object has of them. */
    sources: z.record(z.string(), jsonSchema),
    /** Nothing flows. */
    ignored: z.literal(true).optional(),
  }),
  z.strictObject({
    error: z.strictObject({
      message: z.string(),
      /** Where in the expression, counted from 0. */
      position: countSchema,
    }),
  }),
]);

const contract = {
  operation: 'evaluateMapping',
  summary: 'What an expression comes to, for given properties or an object of the tenant',
  body: {
    schema: evaluateSchema,
    example: { expression: 'ToUpper([surname])', entry: { surname: 'Tanaka' } },
  },
  answers: {
    200: {
      description: 'Its value, or what is wrong with the expression and where',
      body: triedSchema,
      example: { value: 'TANAKA', sources: { surname: 'Tanaka' } },
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/**
 * Evaluates an expression on properties that the request gives, or on an object of the tenant. A fault
 * of the expression is an answer too, so that an editor can show it in its place.
 */
export const evaluateMapping = route(contract)(async (call) => {
  const connection = await connectionOf(call);
  const { expression, ...body } = await readJson(call.request, evaluateSchema, LIMITS);
  const subject = subjectOf(body);
  return {
    status: 200,
    jsonBody: await evaluateOn(call.services, connection, { expression, subject }),
  };
});

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
