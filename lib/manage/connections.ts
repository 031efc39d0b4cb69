import { randomUUID } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError, hasCode } from '../errors.ts';
import { etagOf, readJson, requireIfMatch } from '../http.ts';
import type { SettingsChange, StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import {
  auditDaysSchema,
  type Connection,
  connectionIdSchema,
  DEFAULT_AUDIT_DAYS,
  importSchema,
  objectIdAttributeSchema,
} from '../sync/connection.ts';
import { guardSettingsSchema } from '../sync/guard.ts';
import { DEFAULT_RESYNC_DAYS } from '../sync/resyncs.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { askedRulesSchema, DEFAULT_SETTINGS } from '../sync/rules/settings.ts';
import { settingChanges } from '../sync/settings-change.ts';
import { settleRules } from './ask-rules.ts';
import { callerId } from './caller-id.ts';
import { requireReading, requireUnused } from './import.ts';
import type { Call } from './manage.ts';
import { pollWritten } from './poll-written.ts';
import { requirePreviewed, turnsExportOn } from './require-plan.ts';

const name = z.string().trim().min(1).max(200);
/** Ids are compared as they stand: one spelling each. */
const guid = z.guid().toLowerCase();
const clientSecret = z.string().min(1).max(500);

const createSchema = z.strictObject({
  /** Made up where absent. */
  id: connectionIdSchema.optional(),
  name,
  entra: z.strictObject({ tenantId: guid, clientId: guid, clientSecret }),
  app: z.strictObject({ kind: z.literal('hosted') }).default({ kind: 'hosted' }),
  /** Who brings what is in Entra: Tandem, which reads Graph, or Entra's provisioning service. */
  import: importSchema.default('pull'),
  /** Where Entra's provisioning service puts the object id: absent = `externalId`. */
  objectIdAttribute: objectIdAttributeSchema.optional(),
  guard: guardSettingsSchema.optional(),
  /** Who takes part, and what flows; what is absent stands at its default. */
  rules: askedRulesSchema.prefault({}),
  resyncDays: z.number().int().min(0).max(365).optional(),
  auditDays: auditDaysSchema.optional(),
});

const changeSchema = z.strictObject({
  name: name.optional(),
  /** The tenant stays: another tenant is another connection. */
  entra: z
    .strictObject({ clientId: guid.optional(), clientSecret: clientSecret.optional() })
    .optional(),
  /** Only before anything was brought in. */
  import: importSchema.optional(),
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
});

export async function listConnections({ services }: Call): Promise<HttpResponseInit> {
  const connections: unknown[] = [];
  for await (const page of services.connections.list()) connections.push(...page.map(shown));
  return { status: 200, jsonBody: { connections } };
}

/** A new connection is off. Its client secret goes to the vault and is never shown again. */
export async function createConnection(call: Call): Promise<HttpResponseInit> {
  const { services, request } = call;
  const body = await readJson(request, createSchema);
  const id = body.id ?? `c-${randomUUID().slice(0, 8)}`;
  await refuseTaken(services, id);
  const secretName = secretNameOf(id);
  await services.secrets.set(secretName, body.entra.clientSecret);
  const now = new Date(services.clock.now()).toISOString();
  const made: Connection = {
    id,
    name: body.name,
    enabled: false,
    entra: { tenantId: body.entra.tenantId, clientId: body.entra.clientId, secretName },
    app: body.app,
    import: body.import,
    ...(body.objectIdAttribute && { objectIdAttribute: body.objectIdAttribute }),
    ...(body.guard && { guard: body.guard }),
    ...(body.resyncDays !== undefined && { resyncDays: body.resyncDays }),
    ...(body.auditDays !== undefined && { auditDays: body.auditDays }),
    // Later than any version of a deleted connection of the same id: workers may remember one.
    settingsVersion: services.clock.now(),
    createdAt: now,
    updatedAt: now,
  };
  try {
    const rules = await settleRules(services, made, body.rules);
    requireReading(made, rules);
    const whole = { ...made, rules };
    const created = await services.connections.create(whole, changeOf(call, undefined, whole));
    services.log.info('connection created', { connectionId: id });
    const headers = { location: `/manage/connections/${id}`, etag: etagOf(created.version) };
    return { status: 201, headers, jsonBody: shown(created) };
  } catch (error) {
    await services.secrets.remove(secretName);
    throw hasCode(error, 'state-exists') ? taken(id) : error;
  }
}

async function refuseTaken(services: Call['services'], id: string): Promise<void> {
  if (await isLeftOver(services, id))
    throw new AppError('conflict', `what was stored under "${id}" is still being removed`);
  if (await services.connections.get(id)) throw taken(id);
}

/** Whether the connection is removed and something stored of it is not. */
export async function isLeftOver(services: Call['services'], id: string): Promise<boolean> {
  const isId = connectionIdSchema.safeParse(id).success;
  if (!isId || (await services.connections.get(id))) return false;
  const { versions } = await services.checkpoints.load(id);
  return versions.checkpoint !== null;
}

function taken(id: string): AppError {
  return new AppError('conflict', `there is a connection with the id "${id}" already`);
}

export async function showConnection(call: Call): Promise<HttpResponseInit> {
  const connection = await connectionOf(call);
  const headers = { etag: etagOf(connection.version) };
  return { status: 200, headers, jsonBody: shown(connection) };
}

export async function changeConnection(call: Call): Promise<HttpResponseInit> {
  const { services, request } = call;
  const connection = await connectionOf(call);
  requireIfMatch(request, connection.version);
  const body = await readJson(request, changeSchema);
  const { version, guard: knownGuard, resyncDays: knownDays, ...rest } = connection;
  const { objectIdAttribute: knownAttribute, auditDays: knownAuditDays, ...known } = rest;
  const broughtBy = body.import ?? connection.import ?? 'pull';
  if (broughtBy !== (connection.import ?? 'pull')) await requireUnused(call, connection);
  const guard = body.guard === undefined ? knownGuard : body.guard;
  const resyncDays = body.resyncDays === undefined ? knownDays : body.resyncDays;
  const { objectIdAttribute = knownAttribute, auditDays = knownAuditDays } = body;
  // Under a new name: the old secret stays in use until the connection itself is saved.
  const newSecret = body.entra?.clientSecret;
  const secretName = newSecret === undefined ? known.entra.secretName : secretNameOf(known.id);
  if (newSecret !== undefined) await services.secrets.set(secretName, newSecret);
  const clientId = body.entra?.clientId ?? known.entra.clientId;
  const next: Connection = {
    ...known,
    name: body.name ?? known.name,
    entra: { ...known.entra, clientId, secretName },
    import: broughtBy,
    ...(objectIdAttribute && { objectIdAttribute }),
    ...(guard && { guard }),
    ...(resyncDays !== undefined && resyncDays !== null && { resyncDays }),
    ...(auditDays && { auditDays }),
    settingsVersion: known.settingsVersion + 1,
    updatedAt: new Date(services.clock.now()).toISOString(),
  };
  const rules =
    body.rules === null
      ? DEFAULT_SETTINGS
      : body.rules && (await settleRules(services, next, body.rules));
  if (rules) {
    requireReading(next, rules);
    if (turnsExportOn(connection, rules))
      await requirePreviewed(call, { ...connection, rules }, body.plan);
  }
  const saved = await saveAt(call, rules ? { ...next, rules } : next, version);
  // Everybody is judged anew at once, not when the clock says so.
  if (rules && saved.enabled) {
    await services.bus.send('polls', [toPoll({ connectionId: saved.id, reason: 'rules' })]);
    if (turnsExportOn(connection, rules)) await pollWritten(services, saved.id);
  }
  if (newSecret !== undefined) await services.secrets.remove(known.entra.secretName);
  return { status: 200, headers: { etag: etagOf(saved.version) }, jsonBody: shown(saved) };
}

function secretNameOf(connectionId: string): string {
  return `connection-${connectionId}-${randomUUID().slice(0, 8)}`;
}

/** Saves a connection; somebody else's change in between is a 412. */
export async function saveAt(
  call: Call,
  connection: Connection,
  version: string,
): Promise<StoredConnection> {
  const { connections } = call.services;
  try {
    const before = await connections.get(connection.id);
    const change = changeOf(call, before, connection);
    return await connections.save(connection, version, change);
  } catch (error) {
    if (!hasCode(error, 'state-changed')) throw error;
    throw new AppError('precondition-failed', 'somebody else has changed the connection meanwhile');
  }
}

/** What the caller changes, for the history of settings. */
function changeOf(call: Call, before: Connection | undefined, after: Connection): SettingsChange {
  const at = call.services.clock.now();
  return { at, by: callerId(call), settings: settingChanges(before, after) };
}

/** @throws AppError `not-found` */
export async function connectionOf({ services, params }: Call): Promise<StoredConnection> {
  const id = connectionIdSchema.safeParse(params.connectionId);
  const connection = id.success ? await services.connections.get(id.data) : undefined;
  if (!connection) throw new AppError('not-found', 'there is no such connection');
  return connection;
}

/** What administrators see of a connection: never where its secret stands, let alone the secret. */
function shown(connection: StoredConnection) {
  const { entra, guard, resyncDays, leaving, alerts, welcome, version: _, ...open } = connection;
  const { tenantId, clientId } = entra;
  return {
    ...open,
    entra: { tenantId, clientId },
    import: connection.import ?? 'pull',
    guard: guard ?? {},
    rules: rulesOf(connection).settings,
    resyncDays: resyncDays ?? DEFAULT_RESYNC_DAYS,
    auditDays: connection.auditDays ?? DEFAULT_AUDIT_DAYS,
    ...(leaving && { leaving }),
    alerts: {
      recipients: alerts?.recipients ?? [],
      webhook: alerts?.webhook ? { url: alerts.webhook.url } : null,
    },
    welcome: { enabled: welcome !== undefined },
  };
}
