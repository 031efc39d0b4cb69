import { z } from 'zod';
import { ROUTES } from '../../lib/manage/manage.ts';
import { describeApi } from '../../lib/manage/openapi/describe.ts';

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown(), example: z.unknown() }));
const answerSchema = z.object({
  description: z.string().min(1),
  headers: z.record(z.string(), z.unknown()).default({}),
  content: contentSchema.default({}),
});
const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean(),
        schema: z.unknown(),
      }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean(), content: contentSchema }).optional(),
  responses: z.record(z.string(), answerSchema),
});

/** An operation of the admin API, as its description says. */
export type Operation = z.output<typeof operationSchema>;

/** The description of the admin API, as it is served. */
export const DESCRIPTION = z
  .object({
    openapi: z.literal('3.1.0'),
    paths: z.record(z.string(), z.record(z.string(), operationSchema)),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(JSON.parse(JSON.stringify(describeApi(ROUTES))));

const definitions: unknown = withinOne(DESCRIPTION.components.schemas);
const validators = new Map<unknown, z.ZodType>();

/** What a value has that a schema of the description does not allow, in words; none where it fits. */
export function misfits(schema: unknown, value: unknown): string[] {
  const known = validators.get(schema) ?? validatorOf(schema);
  validators.set(schema, known);
  const parsed = known.safeParse(value);
  return parsed.success ? [] : [z.prettifyError(parsed.error)];
}

/** By the schema as JSON alone: that it was made from another one is not taken into account. */
function validatorOf(schema: unknown): z.ZodType {
  const whole = z.record(z.string(), z.unknown()).parse(withinOne(schema));
  return z.fromJSONSchema({ ...whole, $defs: definitions } as z.core.JSONSchema.JSONSchema);
}

/** References as they are in a schema that stands alone. */
function withinOne(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/'));
}

/** The operation that a request is for; undefined where there is none. */
export function operationOf(method: string, path: string): Operation | undefined {
  const given = path.split('?')[0]?.split('/') ?? [];
  const found = Object.entries(DESCRIPTION.paths).filter(([template]) => {
    const wanted = template.split('/');
    const fits = (part: string, at: number) => part.startsWith('{') || part === given[at];
    return wanted.length === given.length && wanted.every(fits);
  });
  // Names that are written out come before those in braces.
  const [best] = found.toSorted(([a], [b]) => braces(a) - braces(b));
  return best?.[1][method.toLowerCase()];
}

function braces(template: string): number {
  return template.split('{').length;
}
