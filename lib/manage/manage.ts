import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import { problemResponse } from '../http.ts';
import type { Services } from '../ports.ts';
import { CALLBACK_PATH } from '../sync/consent-address.ts';
import { changeAlertSettings, showAlertSettings } from './alert-settings.ts';
import { changeAlert, listAlerts, markAlerts } from './alerts.ts';
import { authenticate, type Caller } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { finishConsent } from './authorize-callback.ts';
import { addSecret, removeSecret } from './client-secrets.ts';
import { changeConnection, createConnection, showConnection } from './connections.ts';
import type { Row } from './contract.ts';
import {
  changeCredential,
  createCredential,
  listCredentials,
  removeCredential,
  showCredential,
} from './credentials.ts';
import { listDomains } from './domains.ts';
import {
  addEntraCredential,
  changeEntraCredential,
  listEntraCredentials,
  removeEntraCredential,
} from './entra-credentials.ts';
import { evaluateMapping } from './evaluate.ts';
import { dismissFailure, listFailures, retryFailure } from './failures.ts';
import { findRoute } from './find-route.ts';
import { takeFirstPassword } from './first-password.ts';
import { approveHeld, listHeld, rejectHeld } from './held.ts';
import { listAudit, showHistory } from './history.ts';
import { createFromSettings, exportSettings, importSettings } from './import-settings.ts';
import { removeConnection } from './leave.ts';
import { listConnections } from './list-connections.ts';
import { showDescription } from './openapi/show.ts';
import { beginPreview, listPreviewed, showPreview } from './preview.ts';
import { provisionOnDemand } from './provision.ts';
import { listRejected, removeRejected, replayRejected } from './rejected.ts';
import { requireRole } from './roles.ts';
import { listRuns, showRun } from './runs.ts';
import { showSettingsHistory } from './settings-history.ts';
import { showStatus } from './status.ts';
import { resync, switchSync, syncNow } from './sync.ts';
import { testConnection } from './test-connection.ts';
import { showWelcome, switchWelcomeOff, switchWelcomeOn, takePin } from './welcome.ts';

/** What a route gets: the services, the request, and the parts of the path it named. */
export interface Call {
  readonly services: ManageNeeds;
  readonly request: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
  /** Who asks. */
  readonly caller: Caller;
}

export type ManageNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'runs'
  | 'lanes'
  | 'audit'
  | 'alerts'
  | 'welcomes'
  | 'ties'
  | 'nesting'
  | 'seats'
  | 'rejected'
  | 'plans'
  | 'secrets'
  | 'credentials'
  | 'firstPasswords'
  | 'knownCredentials'
  | 'authorizations'
  | 'adminTokens'
  | 'directories'
  | 'tenants'
  | 'watches'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
> & {
  readonly config: {
    readonly pollSchedule: string;
    readonly publicUrl: string | undefined;
    readonly entraAuthority: string;
    readonly graphBaseUrl: string;
    readonly connector: { readonly clientId: string | undefined };
    readonly webhooksToLoopback: boolean;
  };
};

const CONNECTION = '/manage/connections/{connectionId}';

const CREDENTIAL = `${CONNECTION}/credentials/{credentialId}`;

const ENTRA_CREDENTIALS = `${CONNECTION}/entra/credentials`;

/** Every route, with the least role that it takes. */
export const ROUTES: readonly Row[] = [
  ['GET', '/manage/openapi.json', 'Sync.Read', showDescription(() => ROUTES)],
  ['GET', '/manage/connections', 'Sync.Read', listConnections],
  ['POST', '/manage/connections', 'Sync.Admin', createConnection],
  ['GET', CONNECTION, 'Sync.Read', showConnection],
  ['PATCH', CONNECTION, 'Sync.Admin', changeConnection],
  ['DELETE', CONNECTION, 'Sync.Admin', removeConnection],
  ['POST', `${CONNECTION}/authorize`, 'Sync.Admin', authorize],
  ['GET', ENTRA_CREDENTIALS, 'Sync.Read', listEntraCredentials],
  ['POST', ENTRA_CREDENTIALS, 'Sync.Admin', addEntraCredential],
  ['PATCH', `${ENTRA_CREDENTIALS}/{entraCredentialId}`, 'Sync.Admin', changeEntraCredential],
  ['DELETE', `${ENTRA_CREDENTIALS}/{entraCredentialId}`, 'Sync.Admin', removeEntraCredential],
  ['POST', `${CONNECTION}/test`, 'Sync.Operate', testConnection],
  ['GET', `${CONNECTION}/domains`, 'Sync.Read', listDomains],
  ['PUT', `${CONNECTION}/sync`, 'Sync.Operate', switchSync],
  ['POST', `${CONNECTION}/preview`, 'Sync.Operate', beginPreview],
  ['GET', `${CONNECTION}/preview/{planId}`, 'Sync.Read', showPreview],
  ['GET', `${CONNECTION}/preview/{planId}/objects`, 'Sync.Read', listPreviewed],
  ['POST', `${CONNECTION}/sync-now`, 'Sync.Operate', syncNow],
  ['POST', `${CONNECTION}/resync`, 'Sync.Operate', resync],
  ['POST', `${CONNECTION}/provision`, 'Sync.Operate', provisionOnDemand],
  ['POST', `${CONNECTION}/objects/{objectId}/first-password`, 'Sync.Admin', takeFirstPassword],
  ['POST', `${CONNECTION}/mappings/evaluate`, 'Sync.Operate', evaluateMapping],
  ['GET', `${CONNECTION}/status`, 'Sync.Read', showStatus],
  ['GET', `${CONNECTION}/failures`, 'Sync.Read', listFailures],
  ['POST', `${CONNECTION}/failures/{objectId}/retry`, 'Sync.Operate', retryFailure],
  ['POST', `${CONNECTION}/failures/{objectId}/dismiss`, 'Sync.Operate', dismissFailure],
  ['GET', `${CONNECTION}/held`, 'Sync.Read', listHeld],
  ['POST', `${CONNECTION}/held/approve`, 'Sync.Admin', approveHeld],
  ['POST', `${CONNECTION}/held/reject`, 'Sync.Operate', rejectHeld],
  ['GET', `${CONNECTION}/rejected`, 'Sync.Read', listRejected],
  ['POST', `${CONNECTION}/rejected/{messageId}/replay`, 'Sync.Operate', replayRejected],
  ['DELETE', `${CONNECTION}/rejected/{messageId}`, 'Sync.Operate', removeRejected],
  ['GET', `${CONNECTION}/runs`, 'Sync.Read', listRuns],
  ['GET', `${CONNECTION}/runs/{runId}`, 'Sync.Read', showRun],
  ['GET', `${CONNECTION}/objects/{objectId}/history`, 'Sync.Read', showHistory],
  ['GET', `${CONNECTION}/audit`, 'Sync.Read', listAudit],
  ['GET', `${CONNECTION}/settings`, 'Sync.Read', exportSettings],
  ['PUT', `${CONNECTION}/settings`, 'Sync.Admin', importSettings],
  ['POST', `${CONNECTION}/settings`, 'Sync.Admin', createFromSettings],
  ['GET', `${CONNECTION}/settings-history`, 'Sync.Read', showSettingsHistory],
  ['GET', `${CONNECTION}/alerts`, 'Sync.Read', showAlertSettings],
  ['PUT', `${CONNECTION}/alerts`, 'Sync.Admin', changeAlertSettings],
  ['GET', `${CONNECTION}/welcome`, 'Sync.Read', showWelcome],
  ['PUT', `${CONNECTION}/welcome`, 'Sync.Admin', switchWelcomeOn],
  ['DELETE', `${CONNECTION}/welcome`, 'Sync.Admin', switchWelcomeOff],
  ['POST', `${CONNECTION}/users/{objectId}/pin`, 'Sync.Admin', takePin],
  ['GET', '/manage/alerts', 'Sync.Read', listAlerts],
  ['POST', '/manage/alerts/read', 'Sync.Read', markAlerts],
  ['PATCH', '/manage/alerts/{alertId}', 'Sync.Read', changeAlert],
  ['GET', `${CONNECTION}/credentials`, 'Sync.Read', listCredentials],
  ['POST', `${CONNECTION}/credentials`, 'Sync.Admin', createCredential],
  ['GET', CREDENTIAL, 'Sync.Read', showCredential],
  ['PATCH', CREDENTIAL, 'Sync.Admin', changeCredential],
  ['DELETE', CREDENTIAL, 'Sync.Admin', removeCredential],
  ['POST', `${CREDENTIAL}/secrets`, 'Sync.Admin', addSecret],
  ['DELETE', `${CREDENTIAL}/secrets/{secretId}`, 'Sync.Admin', removeSecret],
];

/** Where browsers come back to, which carry no token of ours. */
const isOpenToAll = ({ method, url }: HttpRequest) =>
  method === 'GET' && new URL(url).pathname === CALLBACK_PATH;

/** Answers a request to the admin API; errors become problem details. */
export async function manage(
  services: () => Promise<ManageNeeds>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  let log: ManageNeeds['log'] | undefined;
  try {
    const needs = await services();
    log = needs.log;
    if (isOpenToAll(request)) return await finishConsent(needs, request);
    const caller = await authenticate(needs, request);
    requireRole(caller, 'Sync.Read');
    const { row, params } = findRoute(ROUTES, request);
    const [, , role, route] = row;
    requireRole(caller, role);
    return await route.handle({ services: needs, request, params, caller });
  } catch (error) {
    // The caller learns nothing of what is not ours to say; the log says where it happened.
    if (!(error instanceof AppError)) {
      const where = error instanceof Error ? error.stack : undefined;
      log?.error('a request failed', { method: request.method, where });
    }
    return problemResponse(error, request);
  }
}
