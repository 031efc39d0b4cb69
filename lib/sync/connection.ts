import { z } from 'zod';
import { alertSettingsSchema } from './alert-settings.ts';
import {
  entraCredentialSchema,
  MOST_ENTRA_CREDENTIALS,
  secretNamesOf as secretNamesIn,
} from './entra-credential.ts';
import { guardSettingsSchema } from './guard.ts';
import { ruleSettingsSchema } from './rules/settings.ts';
import { welcomeSettingsSchema } from './welcome.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40');

/** What becomes of the application's entries when their connection is removed. */
export const leavingSchema = z.enum(['keep', 'deactivate', 'delete']);
export type Leaving = z.infer<typeof leavingSchema>;

/** `pull`: Graph is read; `push`: Entra's provisioning service writes by SCIM. */
export const importSchema = z.enum(['pull', 'push']);

/** A flat SCIM name, such as `urn:…:User:objectId`. */
export const objectIdAttributeSchema = z
  .string()
  .max(250)
  .regex(/^(?:urn:[\w.:-]{1,150}:)?[A-Za-z][\w$-]{0,60}$/, 'a SCIM attribute of a single text');

/** Of the 3,000 writes in 150 s that Graph allows one application in one tenant. */
export const writeShareSchema = z.number().min(0.01).max(1);
export const DEFAULT_WRITE_SHARE = 0.5;

export const auditDaysSchema = z.number().int().min(1).max(3_650);
export const DEFAULT_AUDIT_DAYS = 90;

/** One Entra tenant tied to one application directory, with its settings. */
export const connectionSchema = z.object({
  id,
  name: z.string().min(1).max(200),
  /** The directory-sync switch. */
  enabled: z.boolean(),
  /** Whether the timer and notifications make it read; absent = yes. */
  automatic: z.boolean().optional(),
  entra: z.object({
    tenantId: z.guid(),
    /** The application that notifications are asked for as: that of the first credential. */
    clientId: z.guid(),
    /** In the order in which they are tried. */
    credentials: z.array(entraCredentialSchema).max(MOST_ENTRA_CREDENTIALS),
    /** Whether Graph is asked when secrets end; absent = no. */
    readsExpiry: z.boolean().optional(),
  }),
  app: z.object({ kind: z.literal('hosted') }),
  /** Who brings what is in Entra: absent = `pull`. */
  import: importSchema.optional(),
  /** Where Entra's provisioning service puts the object id: absent = `externalId`. */
  objectIdAttribute: objectIdAttributeSchema.optional(),
  /** How many removals are too many; what is absent stands at its default. */
  guard: guardSettingsSchema.optional(),
  /** Who takes part, what flows, what becomes of leavers; absent on connections from before. */
  rules: ruleSettingsSchema.optional(),
  /** The version of the settings that changed the rules; absent = they are those of the beginning. */
  rulesVersion: z.number().int().positive().optional(),
  /** A full run at least every so many days; 0 = never by itself, absent = 7. */
  resyncDays: z.number().int().min(0).max(365).optional(),
  /** How much of the tenant's write quota an instance of the app takes; absent = half of it. */
  writeShare: writeShareSchema.optional(),
  /** Who is told of what happens; absent = nobody but who looks. */
  alerts: alertSettingsSchema.optional(),
  /** What new users are told; absent = nobody is. */
  welcome: welcomeSettingsSchema.optional(),
  /** For how many days what happened to objects is kept; absent = 90. */
  auditDays: auditDaysSchema.optional(),
  /** The connection is being removed: what becomes of the application's entries meanwhile. */
  leaving: z.object({ users: leavingSchema, approved: z.boolean() }).optional(),
  /** Raised by every change of settings; a message names the version it was made under. */
  settingsVersion: z.number().int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type Connection = z.infer<typeof connectionSchema>;
export const connectionIdSchema = id;

/** Where its secrets stand in Key Vault: they go with it. */
export function secretNamesOf({ entra, alerts, welcome }: Connection): string[] {
  const webhooks = [alerts?.webhook, welcome?.webhook].filter((one) => one !== undefined);
  return [...secretNamesIn(entra.credentials), ...webhooks.map(({ secretName }) => secretName)];
}

/** Whether Entra's provisioning service writes into it, and nothing is read from Graph. */
export function isPush(connection: Pick<Connection, 'import'>): boolean {
  return connection.import === 'push';
}

/** Whether it is read by itself, and not only when somebody asks. */
export function isAutomatic(connection: Pick<Connection, 'automatic'>): boolean {
  return connection.automatic !== false;
}

/** The attribute of an entry that carries the object id, where Entra's provisioning service writes. */
export function objectIdAttribute(connection: Pick<Connection, 'objectIdAttribute'>): string {
  return connection.objectIdAttribute ?? 'externalId';
}
