import type { Graph } from '../../lib/entra/client.ts';
import { equalTo } from '../../lib/entra/filter-text.ts';
import { AppError } from '../../lib/errors.ts';
import { readList } from './read-list.ts';
import {
  type Application,
  applicationSchema,
  assignmentSchema,
  type Found,
  federatedSchema,
  GRAPH_APP_ID,
  servicePrincipalSchema,
} from './registration.ts';

/** Which registration is meant: the one of this client id, or else the only one of this name. */
export interface Sought {
  readonly name: string;
  readonly clientId: string | undefined;
}

/**
 * What stands in the tenant of the connector's registration.
 * @throws AppError `conflict` where several have the name, `not-found` where none has the client id;
 *   as `Graph.send`
 */
export async function findRegistration(graph: Graph, sought: Sought): Promise<Found> {
  const known = await findGraph(graph);
  const application = await findApplication(graph, sought);
  const nothing = { federated: [], granted: [], administrators: [] };
  if (application === undefined)
    return { application, servicePrincipalId: undefined, graph: known, ...nothing };
  const federated = await readList(
    graph,
    `/applications/${application.id}/federatedIdentityCredentials`,
    federatedSchema,
  );
  const [principal] = await principalsOf(graph, application.appId);
  const servicePrincipalId = principal?.id;
  const found = { application, servicePrincipalId, graph: known, ...nothing, federated };
  if (servicePrincipalId === undefined) return found;
  const path = `/servicePrincipals/${servicePrincipalId}`;
  const granted = await readList(graph, `${path}/appRoleAssignments`, assignmentSchema);
  const administrators = await readList(graph, `${path}/appRoleAssignedTo`, assignmentSchema);
  const ofGraph = granted.filter(({ resourceId }) => resourceId === known.servicePrincipalId);
  return { ...found, granted: ofGraph, administrators };
}

async function findApplication(
  graph: Graph,
  { name, clientId }: Sought,
): Promise<Application | undefined> {
  const filter = clientId === undefined ? equalTo('displayName', name) : equalTo('appId', clientId);
  const named = await readList(graph, `/applications?$filter=${filter}`, applicationSchema);
  if (named.length > 1)
    throw new AppError('conflict', `several registrations are called ${name}: give --client-id`);
  if (named.length === 0 && clientId !== undefined)
    throw new AppError('not-found', `there is no registration ${clientId} in this tenant`);
  return named[0];
}

async function findGraph(graph: Graph): Promise<Found['graph']> {
  const [principal] = await principalsOf(graph, GRAPH_APP_ID);
  if (principal === undefined)
    throw new AppError('not-found', 'Microsoft Graph has no service principal in this tenant');
  const permissions = principal.appRoles.flatMap(({ value, id }): [string, string][] =>
    value === null ? [] : [[value, id]],
  );
  return { servicePrincipalId: principal.id, permissions: new Map(permissions) };
}

function principalsOf(graph: Graph, appId: string) {
  const query = `$filter=${equalTo('appId', appId)}&$select=id,appId,appRoles`;
  return readList(graph, `/servicePrincipals?${query}`, servicePrincipalSchema);
}
