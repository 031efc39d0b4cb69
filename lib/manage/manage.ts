import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import { problemResponse, requireBearer } from '../http.ts';
import type { Services } from '../ports.ts';
import { changeAlertSettings, showAlertSettings } from './alert-settings.ts';
import { changeAlert, listAlerts, markAlerts } from './alerts.ts';
import { addSecret, removeSecret } from './client-secrets.ts';
import {
  changeConnection,
  createConnection,
  listConnections,
  showConnection,
} from './connections.ts';
import {
  changeCredential,
  createCredential,
  listCredentials,
  removeCredential,
  showCredential,
} from './credentials.ts';
import { evaluateMapping } from './evaluate.ts';
import { dismissFailure, listFailures, retryFailure } from './failures.ts';
import { approveHeld, listHeld, rejectHeld } from './held.ts';
import { listAudit, showHistory } from './history.ts';
import { removeConnection } from './leave.ts';
import { beginPreview, listPreviewed, showPreview } from './preview.ts';
import { provisionOnDemand } from './provision.ts';
import { listRejected, removeRejected, replayRejected } from './rejected.ts';
import { listRuns, showRun } from './runs.ts';
import { showSettingsHistory } from './settings-history.ts';
import { showStatus } from './status.ts';
import { resync, switchSync, syncNow } from './sync.ts';
import { showWelcome, switchWelcomeOff, switchWelcomeOn, takePin } from './welcome.ts';

/** What a route gets: the services, the request, and the parts of the path it named. */
export interface Call {
  readonly services: ManageNeeds;
  readonly request: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
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
  | 'knownCredentials'
  | 'directories'
  | 'watches'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
> & {
  readonly config: {
    readonly pollSchedule: string;
    readonly publicUrl: string | undefined;
    readonly webhooksToLoopback: boolean;
  };
};

type Route = (call: Call) => Promise<HttpResponseInit>;

/** The administrator's token stands in the vault under this name. */
const ADMIN_TOKEN = 'admin-token';

const CONNECTION = '/manage/connections/{connectionId}';

const CREDENTIAL = `${CONNECTION}/credentials/{credentialId}`;

const ROUTES: readonly (readonly [method: string, path: string, route: Route])[] = [
  ['GET', '/manage/connections', listConnections],
  ['POST', '/manage/connections', createConnection],
  ['GET', CONNECTION, showConnection],
  ['PATCH', CONNECTION, changeConnection],
  ['DELETE', CONNECTION, removeConnection],
  ['PUT', `${CONNECTION}/sync`, switchSync],
  ['POST', `${CONNECTION}/preview`, beginPreview],
  ['GET', `${CONNECTION}/preview/{planId}`, showPreview],
  ['GET', `${CONNECTION}/preview/{planId}/objects`, listPreviewed],
  ['POST', `${CONNECTION}/sync-now`, syncNow],
  ['POST', `${CONNECTION}/resync`, resync],
  ['POST', `${CONNECTION}/provision`, provisionOnDemand],
  ['POST', `${CONNECTION}/mappings/evaluate`, evaluateMapping],
  ['GET', `${CONNECTION}/status`, showStatus],
  ['GET', `${CONNECTION}/failures`, listFailures],
  ['POST', `${CONNECTION}/failures/{objectId}/retry`, retryFailure],
  ['POST', `${CONNECTION}/failures/{objectId}/dismiss`, dismissFailure],
  ['GET', `${CONNECTION}/held`, listHeld],
  ['POST', `${CONNECTION}/held/approve`, approveHeld],
  ['POST', `${CONNECTION}/held/reject`, rejectHeld],
  ['GET', `${CONNECTION}/rejected`, listRejected],
  ['POST', `${CONNECTION}/rejected/{messageId}/replay`, replayRejected],
  ['DELETE', `${CONNECTION}/rejected/{messageId}`, removeRejected],
  ['GET', `${CONNECTION}/runs`, listRuns],
  ['GET', `${CONNECTION}/runs/{runId}`, showRun],
  ['GET', `${CONNECTION}/objects/{objectId}/history`, showHistory],
  ['GET', `${CONNECTION}/audit`, listAudit],
  ['GET', `${CONNECTION}/alerts`, showAlertSettings],
  ['PUT', `${CONNECTION}/alerts`, changeAlertSettings],
  ['GET', `${CONNECTION}/settings-history`, showSettingsHistory],
  ['GET', `${CONNECTION}/credentials`, listCredentials],
  ['POST', `${CONNECTION}/credentials`, createCredential],
  ['GET', CREDENTIAL, showCredential],
  ['PATCH', CREDENTIAL, changeCredential],
  ['DELETE', CREDENTIAL, removeCredential],
  ['GET', `${CONNECTION}/welcome`, showWelcome],
  ['PUT', `${CONNECTION}/welcome`, switchWelcomeOn],
  ['DELETE', `${CONNECTION}/welcome`, switchWelcomeOff],
  ['POST', `${CONNECTION}/users/{objectId}/pin`, takePin],
  ['GET', '/manage/alerts', listAlerts],
  ['POST', '/manage/alerts/read', markAlerts],
  ['PATCH', '/manage/alerts/{alertId}', changeAlert],
  ['POST', `${CREDENTIAL}/secrets`, addSecret],
  ['DELETE', `${CREDENTIAL}/secrets/{secretId}`, removeSecret],
];

/** Answers a request to the admin API; errors become problem details. */
export async function manage(
  services: () => Promise<ManageNeeds>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  let log: ManageNeeds['log'] | undefined;
  try {
    const needs = await services();
    log = needs.log;
    requireBearer(request, (await needs.secrets.get(ADMIN_TOKEN)) ?? '');
    const { route, params } = findRoute(request);
    return await route({ services: needs, request, params });
  } catch (error) {
    // The caller learns nothing of what is not ours to say; the log says where it happened.
    if (!(error instanceof AppError)) {
      const where = error instanceof Error ? error.stack : undefined;
      log?.error('a request failed', { method: request.method, where });
    }
    return problemResponse(error, request);
  }
}

function findRoute(request: HttpRequest): { route: Route; params: Record<string, string> } {
  const { pathname } = new URL(request.url);
  const matches = ROUTES.flatMap(([method, path, route]) => {
    const params = matchPath(path, pathname);
    return params ? [{ method, route, params }] : [];
  });
  const match = matches.find(({ method }) => method === request.method);
  if (match) return match;
  if (matches.length === 0) throw new AppError('not-found', 'there is nothing at this address');
  const methods = matches.map(({ method }) => method).join(', ');
  throw new AppError('method-not-allowed', `this address takes ${methods}`);
}

function matchPath(path: string, pathname: string): Record<string, string> | undefined {
  const [wanted, given] = [path.split('/'), pathname.replace(/\/$/, '').split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(given[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && value !== '') params[name] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** What is no valid escape matches nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
