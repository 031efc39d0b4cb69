import { randomUUID } from 'node:crypto';
import { AppError, hasCode } from '../errors.ts';
import { etagOf, readJson, requireIfMatch } from '../http.ts';
import type { SettingsChange, StoredConnection } from '../ports/connections.ts';
import { type Connection, connectionIdSchema } from '../sync/connection.ts';
import { withRulesVersion } from '../sync/rules/rules-key.ts';
import { DEFAULT_SETTINGS } from '../sync/rules/settings.ts';
import { settingChanges } from '../sync/settings-change.ts';
import { settleRules } from './ask-rules.ts';
import { changeSchema, createSchema } from './connection-requests.ts';
import { CONNECTION_EXAMPLE, connectionViewSchema, shownConnection } from './connection-view.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { changedEntra, newEntra, removeUnused } from './entra-settings.ts';
import { requireReading, requireUnused, requireWord } from './import.ts';
import type { Call } from './manage.ts';
import { requirePreviewed, turnsExportOn } from './require-plan.ts';
import { tellChanged } from './tell-changed.ts';
import { EXAMPLE } from './views.ts';

const createContract = {
  operation: 'createConnection',
  summary: 'Makes a connection, which is off',
  body: {
    schema: createSchema,
    example: {
      id: EXAMPLE.connectionId,
      name: 'Contoso',
      entra: {
        tenantId: EXAMPLE.tenantId,
        clientId: EXAMPLE.clientId,
        clientSecret: 'the value of the secret',
      },
    },
  },
  answers: {
    201: {
      description: 'It is made',
      body: connectionViewSchema,
      example: { ...CONNECTION_EXAMPLE, enabled: false },
      headers: ['location', 'etag'],
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/** A new connection is off. Its client secret goes to the vault and is never shown again. */
export const createConnection = route(createContract)(async (call) => {
  const { services, request } = call;
  const body = await readJson(request, createSchema);
  const id = body.id ?? `c-${randomUUID().slice(0, 8)}`;
  await refuseTaken(services, id);
  const { entra, secrets } = newEntra(call, id, body.entra);
  for (const [secretName, secret] of secrets) await services.secrets.set(secretName, secret);
  const now = new Date(services.clock.now()).toISOString();
  const made: Connection = {
    id,
    name: body.name,
    enabled: false,
    entra,
    app: body.app,
    import: body.import,
    automatic: body.automatic,
    ...(body.objectIdAttribute && { objectIdAttribute: body.objectIdAttribute }),
    ...(body.guard && { guard: body.guard }),
    ...(body.resyncDays !== undefined && { resyncDays: body.resyncDays }),
    ...(body.auditDays !== undefined && { auditDays: body.auditDays }),
    ...(body.writeShare !== undefined && { writeShare: body.writeShare }),
    // Later than any version of a deleted connection of the same id: workers may remember one.
    settingsVersion: services.clock.now(),
    createdAt: now,
    updatedAt: now,
  };
  try {
    requireWord(made);
    const rules = await settleRules(services, made, body.rules);
    requireReading(made, rules);
    const created = await insert(call, { ...made, rules });
    const headers = { location: `/manage/connections/${id}`, etag: etagOf(created.version) };
    return { status: 201, headers, jsonBody: shownConnection(created) };
  } catch (error) {
    for (const secretName of secrets.keys()) await services.secrets.remove(secretName);
    throw error;
  }
});

/**
 * Saves a new connection.
 * @throws AppError `conflict` where there is one of its id
 */
export async function insert(call: Call, connection: Connection): Promise<StoredConnection> {
  const { connections, log } = call.services;
  try {
    const created = await connections.create(connection, changeOf(call, undefined, connection));
    log.info('connection created', { connectionId: connection.id });
    return created;
  } catch (error) {
    throw hasCode(error, 'state-exists') ? taken(connection.id) : error;
  }
}

/** @throws AppError `conflict` where something is, or is still, stored under the id */
export async function refuseTaken(services: Call['services'], id: string): Promise<void> {
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

const showContract = {
  operation: 'showConnection',
  summary: 'A connection with its settings',
  answers: {
    200: {
      description: 'The connection',
      body: connectionViewSchema,
      example: CONNECTION_EXAMPLE,
      headers: ['etag'],
    },
  },
} satisfies Contract;

export const showConnection = route(showContract)(async (call) => {
  const connection = await connectionOf(call);
  const headers = { etag: etagOf(connection.version) };
  return { status: 200, headers, jsonBody: shownConnection(connection) };
});

const changeContract = {
  operation: 'changeConnection',
  summary: 'Changes settings; what is left out stays',
  body: { schema: changeSchema, example: { rules: { users: { types: 'both' } }, resyncDays: 14 } },
  ifMatch: true,
  answers: {
    200: {
      description: 'The connection as it is now',
      body: connectionViewSchema,
      example: CONNECTION_EXAMPLE,
      headers: ['etag'],
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

export const changeConnection = route(changeContract)(async (call) => {
  const { services, request } = call;
  const connection = await connectionOf(call);
  requireIfMatch(request, connection.version);
  const body = await readJson(request, changeSchema);
  const { version, guard: knownGuard, resyncDays: knownDays, ...rest } = connection;
  const { objectIdAttribute: knownAttribute, auditDays: knownAuditDays, ...more } = rest;
  const { writeShare: knownShare, ...known } = more;
  const broughtBy = body.import ?? connection.import ?? 'pull';
  if (broughtBy !== (connection.import ?? 'pull')) await requireUnused(call, connection);
  const guard = body.guard === undefined ? knownGuard : body.guard;
  const resyncDays = body.resyncDays === undefined ? knownDays : body.resyncDays;
  const { objectIdAttribute = knownAttribute, auditDays = knownAuditDays } = body;
  const { automatic = known.automatic } = body;
  requireWord({ ...known, import: broughtBy, ...(automatic !== undefined && { automatic }) });
  const { writeShare = knownShare } = body;
  // Under a new name: the old secret stays in use until the connection itself is saved.
  const { entra, secrets } = changedEntra(known, body.entra);
  for (const [secretName, secret] of secrets) await services.secrets.set(secretName, secret);
  const next: Connection = {
    ...known,
    name: body.name ?? known.name,
    entra,
    import: broughtBy,
    ...(automatic !== undefined && { automatic }),
    ...(objectIdAttribute && { objectIdAttribute }),
    ...(guard && { guard }),
    ...(resyncDays !== undefined && resyncDays !== null && { resyncDays }),
    ...(auditDays && { auditDays }),
    ...(writeShare && { writeShare }),
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
  await tellChanged(call, connection, { saved, isJudgedAnew: rules !== undefined });
  await removeUnused(services, known, saved);
  return {
    status: 200,
    headers: { etag: etagOf(saved.version) },
    jsonBody: shownConnection(saved),
  };
});

/** Saves a connection; somebody else's change in between is a 412. */
export async function saveAt(
  call: Call,
  connection: Connection,
  version: string,
): Promise<StoredConnection> {
  const { connections } = call.services;
  try {
    const before = await connections.get(connection.id);
    const next = withRulesVersion(before, connection);
    return await connections.save(next, version, changeOf(call, before, next));
  } catch (error) {
    if (!hasCode(error, 'state-changed')) throw error;
    throw new AppError('precondition-failed', 'somebody else has changed the connection meanwhile');
  }
}

/** What the caller changes, for the history of settings. */
function changeOf(call: Call, before: Connection | undefined, after: Connection): SettingsChange {
  const at = call.services.clock.now();
  return { at, by: call.caller.id, settings: settingChanges(before, after) };
}

/** @throws AppError `not-found` */
export async function connectionOf({ services, params }: Call): Promise<StoredConnection> {
  const id = connectionIdSchema.safeParse(params.connectionId);
  const connection = id.success ? await services.connections.get(id.data) : undefined;
  if (!connection) throw new AppError('not-found', 'there is no such connection');
  return connection;
}
