import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import { problemResponse } from '../http.ts';
import type { Services } from '../ports.ts';
import { authenticate, type Caller } from './authenticate.ts';
import { addSecret, removeSecret } from './client-secrets.ts';
import {
  changeConnection,
  createConnection,
  listConnections,
  showConnection,
} from './connections.ts';
import type { Row } from './contract.ts';
import {
  changeCredential,
  createCredential,
  listCredentials,
  removeCredential,
  showCredential,
} from './credentials.ts';
import { evaluateMapping } from './evaluate.ts';
import { dismissFailure, listFailures, retryFailure } from './failures.ts';
import { findRoute } from './find-route.ts';
import { approveHeld, listHeld, rejectHeld } from './held.ts';
import { removeConnection } from './leave.ts';
import { showDescription } from './openapi/show.ts';
import { beginPreview, listPreviewed, showPreview } from './preview.ts';
import { provisionOnDemand } from './provision.ts';
import { listRejected, removeRejected, replayRejected } from './rejected.ts';
import { requireRole } from './roles.ts';
import { listRuns, showRun } from './runs.ts';
import { showStatus } from './status.ts';
import { resync, switchSync, syncNow } from './sync.ts';

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
  | 'ties'
  | 'nesting'
  | 'seats'
  | 'rejected'
  | 'plans'
  | 'secrets'
  | 'credentials'
  | 'knownCredentials'
  | 'adminTokens'
  | 'directories'
  | 'watches'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
> & {
  readonly config: { readonly pollSchedule: string; readonly publicUrl: string | undefined };
};

const CONNECTION = '/manage/connections/{connectionId}';

const CREDENTIAL = `${CONNECTION}/credentials/{credentialId}`;

/** Every route, with the least role that it takes. */
export const ROUTES: readonly Row[] = [
  ['GET', '/manage/openapi.json', 'Sync.Read', showDescription(() => ROUTES)],
  ['GET', '/manage/connections', 'Sync.Read', listConnections],
  ['POST', '/manage/connections', 'Sync.Admin', createConnection],
  ['GET', CONNECTION, 'Sync.Read', showConnection],
  ['PATCH', CONNECTION, 'Sync.Admin', changeConnection],
  ['DELETE', CONNECTION, 'Sync.Admin', removeConnection],
  ['PUT', `${CONNECTION}/sync`, 'Sync.Operate', switchSync],
  ['POST', `${CONNECTION}/preview`, 'Sync.Operate', beginPreview],
  ['GET', `${CONNECTION}/preview/{planId}`, 'Sync.Read', showPreview],
  ['GET', `${CONNECTION}/preview/{planId}/objects`, 'Sync.Read', listPreviewed],
  ['POST', `${CONNECTION}/sync-now`, 'Sync.Operate', syncNow],
  ['POST', `${CONNECTION}/resync`, 'Sync.Operate', resync],
  ['POST', `${CONNECTION}/provision`, 'Sync.Operate', provisionOnDemand],
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
  ['GET', `${CONNECTION}/credentials`, 'Sync.Read', listCredentials],
  ['POST', `${CONNECTION}/credentials`, 'Sync.Admin', createCredential],
  ['GET', CREDENTIAL, 'Sync.Read', showCredential],
  ['PATCH', CREDENTIAL, 'Sync.Admin', changeCredential],
  ['DELETE', CREDENTIAL, 'Sync.Admin', removeCredential],
  ['POST', `${CREDENTIAL}/secrets`, 'Sync.Admin', addSecret],
  ['DELETE', `${CREDENTIAL}/secrets/{secretId}`, 'Sync.Admin', removeSecret],
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
