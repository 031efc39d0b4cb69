import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { guardSettingsSchema } from '../../sync/guard.ts';
import { askedRulesSchema, ruleSettingsSchema } from '../../sync/rules/settings.ts';
import { connectionViewSchema, leavingViewSchema } from '../connection-view.ts';
import { credentialViewSchema } from '../credential-view.ts';
import { heldViewSchema } from '../held-view.ts';
import { provisionedSchema } from '../provision-view.ts';
import { runViewSchema } from '../run-view.ts';
import { statusViewSchema } from '../status-view.ts';
import { jsonSchema, lossesViewSchema, promisedRunSchema, timeSchema } from '../views.ts';
import { problemSchema } from './problems.ts';

/** Schemas that the description shows once, under a name, and refers to wherever they occur. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  AskedRules: askedRulesSchema,
  Connection: connectionViewSchema,
  Credential: credentialViewSchema,
  GuardSettings: guardSettingsSchema,
  HeldRemoval: heldViewSchema,
  Json: jsonSchema,
  Leaving: leavingViewSchema,
  Losses: lossesViewSchema,
  Problem: problemSchema,
  PromisedRun: promisedRunSchema,
  Provisioned: provisionedSchema,
  Rules: ruleSettingsSchema,
  Run: runViewSchema,
  Status: statusViewSchema,
  Time: timeSchema,
};

/** JSON Schema, 2020-12 (OpenAPI 3.1 section 4.8.24). */
export type Schema = z.core.JSONSchema.BaseSchema;

/** Turns schemas into JSON Schema, and gathers those that have names. */
export interface Components {
  /** What a request may be. */
  readonly taken: (schema: z.ZodType) => Schema;
  /** What an answer is. */
  readonly given: (schema: z.ZodType) => Schema;
  /** Those with names that were met so far. */
  readonly named: () => Readonly<Record<string, Schema>>;
}

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

export function openComponents(): Components {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) names.add(schema, { id });
  const found = new Map<string, Schema>();
  const convert = (schema: z.ZodType, io: 'input' | 'output'): Schema => {
    const { $schema: _, ...whole } = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      metadata: names,
      io,
      override: ({ zodSchema, jsonSchema: shown }) => {
        const { description } = z.globalRegistry.get(zodSchema) ?? {};
        if (description !== undefined) shown.description = description;
        simplify(shown);
      },
    });
    const { $defs = {}, ...own } = referringToComponents(whole);
    for (const [name, definition] of Object.entries($defs)) add(name, definition);
    return own;
  };
  const add = (name: string, definition: Schema): void => {
    const { id: __, ...shown } = definition;
    const known = found.get(name);
    if (known && !isDeepStrictEqual(known, shown))
      throw new Error(`two schemas have the name ${name}`);
    found.set(name, shown);
  };
  return {
    taken: (schema) => convert(schema, 'input'),
    given: (schema) => convert(schema, 'output'),
    named: () => Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Patterns that say what the format says, at length, and the largest safe integer. */
function simplify(shown: Schema): void {
  if (shown.format === 'date-time') delete shown.pattern;
  if (shown.maximum === Number.MAX_SAFE_INTEGER) delete shown.maximum;
}

/** OpenAPI has its definitions in one place. */
function referringToComponents(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(DEFINITIONS, COMPONENTS) : value,
  );
}
