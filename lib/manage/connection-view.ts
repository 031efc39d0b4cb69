import { z } from 'zod';
import type { StoredConnection } from '../ports/connections.ts';
import { alertSettingsSchema } from '../sync/alert-settings.ts';
import {
  connectionSchema,
  DEFAULT_AUDIT_DAYS,
  DEFAULT_WRITE_SHARE,
  isAutomatic,
} from '../sync/connection.ts';
import { guardSettingsSchema } from '../sync/guard.ts';
import { DEFAULT_RESYNC_DAYS } from '../sync/resyncs.ts';
import { ruleSettingsOf } from '../sync/rules/rules-of.ts';
import { DEFAULT_SETTINGS, ruleSettingsSchema } from '../sync/rules/settings.ts';
import { ENTRA_CREDENTIAL_EXAMPLE, entraViewSchema, shownEntra } from './entra-view.ts';
import { countSchema, EXAMPLE, timeSchema } from './views.ts';

const { shape } = connectionSchema;

/** The removal of a connection with its entries. */
export const leavingViewSchema = z.strictObject(shape.leaving.unwrap().shape);

/** Who is told of what happens: never where a secret stands. */
export const alertSettingsViewSchema = z.strictObject({
  recipients: alertSettingsSchema.shape.recipients,
  webhook: z.strictObject({ url: z.string() }).nullable(),
});

/** A connection as administrators see it: never where its secret stands, let alone the secret. */
export const connectionViewSchema = z.strictObject({
  id: shape.id,
  name: shape.name,
  enabled: shape.enabled,
  entra: entraViewSchema,
  app: z.strictObject(shape.app.shape),
  import: shape.import.unwrap(),
  /** Whether it is read by itself, and not only when somebody asks. */
  automatic: z.boolean(),
  objectIdAttribute: shape.objectIdAttribute,
  guard: guardSettingsSchema,
  rules: ruleSettingsSchema,
  resyncDays: countSchema,
  auditDays: countSchema,
  writeShare: shape.writeShare.unwrap(),
  alerts: alertSettingsViewSchema,
  /** Whether new users are sent mail. */
  welcome: z.strictObject({ enabled: z.boolean() }),
  leaving: leavingViewSchema.optional(),
  settingsVersion: countSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
type ConnectionView = z.infer<typeof connectionViewSchema>;

export function shownConnection(connection: StoredConnection): ConnectionView {
  const {
    entra,
    guard,
    resyncDays,
    alerts,
    welcome,
    rulesVersion: _,
    version: __,
    ...open
  } = connection;
  return {
    ...open,
    entra: shownEntra(entra),
    import: connection.import ?? 'pull',
    automatic: isAutomatic(connection),
    guard: guard ?? {},
    rules: ruleSettingsOf(connection),
    resyncDays: resyncDays ?? DEFAULT_RESYNC_DAYS,
    auditDays: connection.auditDays ?? DEFAULT_AUDIT_DAYS,
    writeShare: connection.writeShare ?? DEFAULT_WRITE_SHARE,
    alerts: {
      recipients: alerts?.recipients ?? [],
      webhook: alerts?.webhook ? { url: alerts.webhook.url } : null,
    },
    welcome: { enabled: welcome !== undefined },
  };
}

export const CONNECTION_EXAMPLE: ConnectionView = {
  id: EXAMPLE.connectionId,
  name: 'Contoso',
  enabled: true,
  entra: {
    tenantId: EXAMPLE.tenantId,
    clientId: EXAMPLE.clientId,
    readsExpiry: false,
    credentials: [ENTRA_CREDENTIAL_EXAMPLE],
  },
  app: { kind: 'hosted' },
  import: 'pull',
  automatic: true,
  guard: { users: { count: 50 } },
  rules: DEFAULT_SETTINGS,
  resyncDays: 7,
  auditDays: 90,
  writeShare: 0.5,
  alerts: { recipients: ['ops@contoso.example'], webhook: null },
  welcome: { enabled: false },
  settingsVersion: 3,
  createdAt: EXAMPLE.at,
  updatedAt: EXAMPLE.later,
};
