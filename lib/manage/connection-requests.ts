import { z } from 'zod';
import {
  auditDaysSchema,
  connectionIdSchema,
  importSchema,
  objectIdAttributeSchema,
  writeShareSchema,
} from '../sync/connection.ts';
import { guardSettingsSchema } from '../sync/guard.ts';
import { askedRulesSchema } from '../sync/rules/settings.ts';
import { entraDraftSchema } from './entra-drafts.ts';
import { entraChangeSchema } from './entra-settings.ts';

const name = z.string().trim().min(1).max(200);

/** What makes a connection. */
export const createSchema = z.strictObject({
  /** Made up where absent. */
  id: connectionIdSchema.optional(),
  name,
  entra: entraDraftSchema,
  app: z.strictObject({ kind: z.literal('hosted') }).default({ kind: 'hosted' }),
  /** Who brings what is in Entra: Tandem, which reads Graph, or Entra's provisioning service. */
  import: importSchema.default('pull'),
  /** Whether it is read by itself, and not only when somebody asks. */
  automatic: z.boolean().default(true),
  /** Where Entra's provisioning service puts the object id: absent = `externalId`. */
  objectIdAttribute: objectIdAttributeSchema.optional(),
  guard: guardSettingsSchema.optional(),
  /** Who takes part, and what flows; what is absent stands at its default. */
  rules: askedRulesSchema.prefault({}),
  resyncDays: z.number().int().min(0).max(365).optional(),
  auditDays: auditDaysSchema.optional(),
  /** How much of the tenant's write quota an instance takes. */
  writeShare: writeShareSchema.optional(),
});

/** What changes one; what is left out stays. */
export const changeSchema = z.strictObject({
  name: name.optional(),
  /** The tenant stays: another tenant is another connection. */
  entra: entraChangeSchema.optional(),
  /** Only before anything was brought in. */
  import: importSchema.optional(),
  automatic: z.boolean().optional(),
  /** Null = `externalId`. */
  objectIdAttribute: objectIdAttributeSchema.nullable().optional(),
  /** Thresholds of removals; the whole of them, null = the defaults. */
  guard: guardSettingsSchema.nullable().optional(),
  /** Who takes part, and what flows: the whole of it, null = the defaults. */
  rules: askedRulesSchema.nullable().optional(),
  /** A preview by just these rules, where they turn an export on. */
  plan: z.string().max(64).optional(),
  /** A full run at least every so many days; 0 = never by itself, null = the default. */
  resyncDays: z.number().int().min(0).max(365).nullable().optional(),
  /** For how many days what happened to objects is kept; null = the default. */
  auditDays: auditDaysSchema.nullable().optional(),
  /** How much of the tenant's write quota an instance takes; null = the default. */
  writeShare: writeShareSchema.nullable().optional(),
});
