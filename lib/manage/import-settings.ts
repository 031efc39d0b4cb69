import { z } from 'zod';
import { AppError, hasCode } from '../errors.ts';
import { etagOf, readJson, requireIfMatch } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import { type Connection, connectionIdSchema, isPush, secretNamesOf } from '../sync/connection.ts';
import { CONNECTION_EXAMPLE, connectionViewSchema, shownConnection } from './connection-view.ts';
import { connectionOf, insert, refuseTaken, saveAt } from './connections.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { stayingConnection } from './credentials.ts';
import { requireUnused } from './import.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';
import { requirePreviewed, turnsExportOn } from './require-plan.ts';
import {
  askedDocumentSchema,
  DOCUMENT_EXAMPLE,
  settingsDocument,
  settingsDocumentSchema,
} from './settings-document.ts';
import { type SettledDocument, settleDocument } from './settle-document.ts';
import { tellChanged } from './tell-changed.ts';

const showContract = {
  operation: 'exportSettings',
  summary: 'Everything that was set of a connection, as one document without secrets',
  answers: {
    200: {
      description: 'The document; the switch is none of it',
      body: settingsDocumentSchema,
      example: DOCUMENT_EXAMPLE,
      headers: ['etag'],
    },
  },
} satisfies Contract;

/** The settings of a connection as one document, for a copy or another connection. */
export const exportSettings = route(showContract)(async (call) => {
  const connection = await connectionOf(call);
  const headers = { etag: etagOf(connection.version) };
  return { status: 200, headers, jsonBody: settingsDocument(connection) };
});

const importedSchema = z.strictObject({
  connection: connectionViewSchema,
  /** Credentials for Entra whose secrets have to be entered, by their ids, and how. */
  lacking: z.array(z.strictObject({ credential: z.string(), next: z.string() })),
  /** Secrets of webhooks that were made just now: they are shown once. */
  secrets: z.strictObject({ alerts: z.string().optional(), welcome: z.string().optional() }),
});

const imported = {
  description: 'What it is now, and what is still to be entered',
  body: importedSchema,
  example: {
    connection: { ...CONNECTION_EXAMPLE, enabled: false },
    lacking: [
      {
        credential: '5f0c2d1e',
        next: 'PATCH /manage/connections/contoso/entra/credentials/5f0c2d1e with {"secret": "…"}',
      },
    ],
    secrets: {},
  },
  headers: ['etag'],
} as const;

const body = { schema: askedDocumentSchema, example: DOCUMENT_EXAMPLE };

const importContract = {
  operation: 'importSettings',
  summary: 'Puts a document of settings in the place of those of a connection; the switch stays',
  query: z.object({
    plan: z
      .string()
      .max(64)
      .optional()
      .describe('A preview by its rules, where they turn an export on'),
  }),
  body,
  ifMatch: true,
  answers: { 200: imported },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/**
 * Puts a document in the place of a connection's settings, whole or not at all. The switch stays as it
 * is, and an export is turned on only by a document whose rules were previewed.
 */
export const importSettings = route(importContract)(async (call) => {
  const before = await stayingConnection(call);
  requireIfMatch(call.request, before.version);
  const document = await readJson(call.request, askedDocumentSchema);
  if (document.entra.tenantId !== before.entra.tenantId.toLowerCase())
    throw new AppError('conflict', 'entra.tenantId: another tenant is another connection');
  const settled = await settleDocument(call, before, document);
  const { rules } = settled;
  if (isPush(settled.connection) !== isPush(before)) await requireUnused(call, before);
  if (turnsExportOn(before, rules))
    await requirePreviewed(call, { ...before, rules }, queryOf(call).plan);
  const next = { ...settled.connection, settingsVersion: before.settingsVersion + 1 };
  const saved = await withSecrets(call, settled, () => saveAt(call, next, before.version));
  await tellChanged(call, before, { saved, isJudgedAnew: true });
  await removeFormer(call, before, saved);
  call.services.log.info('settings imported', { connectionId: saved.id });
  return { status: 200, ...answerWith(saved, settled) };
});

const createContract = {
  operation: 'createFromSettings',
  summary: 'Makes a connection of a document of settings, which is off',
  body,
  answers: { 201: { ...imported, headers: ['location', 'etag'] } },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/** A new connection of the id that the address names. It is off. */
export const createFromSettings = route(createContract)(async (call) => {
  const { services, params } = call;
  const id = connectionIdSchema.safeParse(params.connectionId);
  if (!id.success) throw new AppError('bad-request', `id: ${id.error.issues[0]?.message}`);
  await refuseTaken(services, id.data);
  const document = await readJson(call.request, askedDocumentSchema);
  const now = services.clock.now();
  const createdAt = new Date(now).toISOString();
  // Later than any version of a deleted connection of the same id: workers may remember one.
  const own = { id: id.data, enabled: false, settingsVersion: now, createdAt };
  const settled = await settleDocument(call, own, document);
  const created = await withSecrets(call, settled, () => insert(call, settled.connection));
  const location = `/manage/connections/${created.id}`;
  const { headers, jsonBody } = answerWith(created, settled);
  return { status: 201, headers: { ...headers, location }, jsonBody };
});

/** Secrets stand in the vault before the settings that name them, and go where those cannot be saved. */
async function withSecrets(
  { services }: Call,
  { secrets }: SettledDocument,
  save: () => Promise<StoredConnection>,
): Promise<StoredConnection> {
  const made = Object.values(secrets).filter((one) => one !== undefined);
  for (const { name, value } of made) await services.secrets.set(name, value);
  try {
    return await save();
  } catch (error) {
    // Nobody knows whether it is saved: a secret too many does no harm.
    if (!hasCode(error, 'unavailable'))
      for (const { name } of made) await services.secrets.remove(name);
    throw error;
  }
}

async function removeFormer(call: Call, before: Connection, after: Connection): Promise<void> {
  const used = new Set(secretNamesOf(after));
  for (const name of secretNamesOf(before))
    if (!used.has(name)) await call.services.secrets.remove(name);
  // PINs that wait for nobody any more are thrown away.
  if (before.welcome && !after.welcome)
    await call.services.bus.send('polls', [toPoll({ connectionId: after.id, reason: 'welcome' })]);
}

function answerWith(saved: StoredConnection, { lacking, secrets }: SettledDocument) {
  const { alerts, welcome } = secrets;
  const at = `/manage/connections/${saved.id}/entra/credentials`;
  return {
    headers: { etag: etagOf(saved.version) },
    jsonBody: {
      connection: shownConnection(saved),
      lacking: lacking.map(({ id, kind }) => ({
        credential: id,
        next: `PATCH ${at}/${id} with {"${kind}": "…"}`,
      })),
      secrets: {
        ...(alerts && { alerts: alerts.value }),
        ...(welcome && { welcome: welcome.value }),
      },
    },
  };
}
