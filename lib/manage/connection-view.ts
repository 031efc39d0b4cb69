import { z } from 'zod';
import type { StoredConnection } from '../ports/connections.ts';
import { connectionSchema } from '../sync/connection.ts';
import { guardSettingsSchema } from '../sync/guard.ts';
import { DEFAULT_RESYNC_DAYS } from '../sync/resyncs.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { DEFAULT_SETTINGS, ruleSettingsSchema } from '../sync/rules/settings.ts';
import { countSchema, EXAMPLE, timeSchema } from './views.ts';

const { shape } = connectionSchema;

/** The removal of a connection with its entries. */
export const leavingViewSchema = z.strictObject(shape.leaving.unwrap().shape);

/** A connection as administrators see it: never where its secret stands, let alone the secret. */
export const connectionViewSchema = z.strictObject({
  id: shape.id,
  name: shape.name,
  enabled: shape.enabled,
  entra: z.strictObject(shape.entra.omit({ secretName: true }).shape),
  app: z.strictObject(shape.app.shape),
  import: shape.import.unwrap(),
  objectIdAttribute: shape.objectIdAttribute,
  guard: guardSettingsSchema,
  rules: ruleSettingsSchema,
  resyncDays: countSchema,
  leaving: leavingViewSchema.optional(),
  settingsVersion: countSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
type ConnectionView = z.infer<typeof connectionViewSchema>;

export function shownConnection(connection: StoredConnection): ConnectionView {
  const { entra, guard, resyncDays, version: _, ...open } = connection;
  const { tenantId, clientId } = entra;
  return {
    ...open,
    entra: { tenantId, clientId },
    import: connection.import ?? 'pull',
    guard: guard ?? {},
    rules: rulesOf(connection).settings,
    resyncDays: resyncDays ?? DEFAULT_RESYNC_DAYS,
  };
}

export const CONNECTION_EXAMPLE: ConnectionView = {
  id: EXAMPLE.connectionId,
  name: 'Contoso',
  enabled: true,
  entra: { tenantId: EXAMPLE.tenantId, clientId: EXAMPLE.clientId },
  app: { kind: 'hosted' },
  import: 'pull',
  guard: { users: { count: 50 } },
  rules: DEFAULT_SETTINGS,
  resyncDays: 7,
  settingsVersion: 3,
  createdAt: EXAMPLE.at,
  updatedAt: EXAMPLE.later,
};
