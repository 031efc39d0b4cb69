import { z } from 'zod';
import { alertSettingsSchema, webhookSchema } from '../sync/alert-settings.ts';
import {
  auditDaysSchema,
  type Connection,
  connectionSchema,
  DEFAULT_AUDIT_DAYS,
  DEFAULT_WRITE_SHARE,
  importSchema,
  isAutomatic,
  objectIdAttributeSchema,
} from '../sync/connection.ts';
import {
  type EntraCredential,
  entraCredentialSchema,
  MOST_ENTRA_CREDENTIALS,
} from '../sync/entra-credential.ts';
import { guardSettingsSchema } from '../sync/guard.ts';
import { DEFAULT_RESYNC_DAYS } from '../sync/resyncs.ts';
import { ruleSettingsOf } from '../sync/rules/rules-of.ts';
import { askedRulesSchema, DEFAULT_SETTINGS, ruleSettingsSchema } from '../sync/rules/settings.ts';
import { welcomeSettingsSchema } from '../sync/welcome.ts';
import { EXAMPLE } from './views.ts';

/** Raised where a document of before cannot be read any more. */
const FORMAT = 1;

const [secret, certificate, federated, connector] = entraCredentialSchema.options;

/** A credential without its secret, and without where that stands. */
const credentialSchema = z.discriminatedUnion('kind', [
  z.strictObject(secret.shape).omit({ secretName: true }),
  z.strictObject(certificate.shape).omit({ secretName: true }),
  z.strictObject(federated.shape),
  z.strictObject(connector.shape),
]);
export type DocumentedCredential = z.infer<typeof credentialSchema>;

const webhook = z.strictObject(webhookSchema.shape).omit({ secretName: true }).nullable();
const { subject, text, digits, days } = welcomeSettingsSchema.shape;

const shape = {
  format: z.literal(FORMAT),
  name: connectionSchema.shape.name,
  entra: z.strictObject({
    tenantId: z.guid().toLowerCase(),
    readsExpiry: z.boolean(),
    credentials: z.array(credentialSchema).min(1).max(MOST_ENTRA_CREDENTIALS),
  }),
  app: z.strictObject(connectionSchema.shape.app.shape),
  import: importSchema,
  automatic: z.boolean(),
  /** Null = `externalId`. */
  objectIdAttribute: objectIdAttributeSchema.nullable(),
  guard: guardSettingsSchema,
  resyncDays: connectionSchema.shape.resyncDays.unwrap(),
  auditDays: auditDaysSchema,
  writeShare: connectionSchema.shape.writeShare.unwrap(),
  alerts: z.strictObject({ recipients: alertSettingsSchema.shape.recipients, webhook }),
  /** Null = nobody is welcomed. */
  welcome: z.strictObject({ subject, text, digits, days, webhook }).nullable(),
};

/** Everything that administrators have set of a connection, but for the switch: no secret, no state. */
export const settingsDocumentSchema = z.strictObject({ ...shape, rules: ruleSettingsSchema });
export type SettingsDocument = z.infer<typeof settingsDocumentSchema>;

/** The same as it is taken in: rules may name groups and users by their names, too. */
export const askedDocumentSchema = z.strictObject({ ...shape, rules: askedRulesSchema });
export type AskedDocument = z.infer<typeof askedDocumentSchema>;

/** The settings of a connection as a document: the same settings, the same document. */
export function settingsDocument(connection: Connection): SettingsDocument {
  const { name, entra, app, alerts, welcome } = connection;
  return {
    format: FORMAT,
    name,
    entra: {
      tenantId: entra.tenantId,
      readsExpiry: entra.readsExpiry ?? false,
      credentials: entra.credentials.map(withoutSecret),
    },
    app,
    import: connection.import ?? 'pull',
    automatic: isAutomatic(connection),
    objectIdAttribute: connection.objectIdAttribute ?? null,
    guard: connection.guard ?? {},
    resyncDays: connection.resyncDays ?? DEFAULT_RESYNC_DAYS,
    auditDays: connection.auditDays ?? DEFAULT_AUDIT_DAYS,
    writeShare: connection.writeShare ?? DEFAULT_WRITE_SHARE,
    alerts: { recipients: alerts?.recipients ?? [], webhook: addressOf(alerts?.webhook) },
    welcome: welcome ? { ...welcome, webhook: addressOf(welcome.webhook) } : null,
    rules: ruleSettingsOf(connection),
  };
}

function withoutSecret(credential: EntraCredential): DocumentedCredential {
  if (!('secretName' in credential)) return credential;
  const { secretName: _, ...open } = credential;
  return open;
}

function addressOf(kept: { readonly url: string } | undefined) {
  return kept ? { url: kept.url } : null;
}

export const DOCUMENT_EXAMPLE: SettingsDocument = {
  format: FORMAT,
  name: 'Contoso',
  entra: {
    tenantId: EXAMPLE.tenantId,
    readsExpiry: false,
    credentials: [{ id: '5f0c2d1e', kind: 'secret', clientId: EXAMPLE.clientId, expiresAt: null }],
  },
  app: { kind: 'hosted' },
  import: 'pull',
  automatic: true,
  objectIdAttribute: null,
  guard: { users: { count: 50 } },
  resyncDays: DEFAULT_RESYNC_DAYS,
  auditDays: DEFAULT_AUDIT_DAYS,
  writeShare: DEFAULT_WRITE_SHARE,
  alerts: { recipients: ['ops@contoso.example'], webhook: null },
  welcome: null,
  rules: DEFAULT_SETTINGS,
};
