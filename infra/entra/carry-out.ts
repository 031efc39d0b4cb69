import { z } from 'zod';
import type { Graph, GraphCall } from '../../lib/entra/client.ts';
import { graphUrl } from '../../lib/entra/graph-base.ts';
import { answerError, type GraphAnswer } from '../../lib/entra/graph-error.ts';
import { parseAnswer } from '../../lib/entra/parse-answer.ts';
import { exposureOf } from './desired.ts';
import type { Step } from './plan.ts';
import { applicationSchema, type Found } from './registration.ts';

/** What carrying out takes beside the plan. */
export interface Means {
  readonly graph: Graph;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The ids that steps find or make. */
export interface Ids {
  readonly applicationId: string;
  readonly clientId: string;
  readonly servicePrincipalId: string;
}

/** New objects show on every replica within a minute; until then others cannot be tied to them. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

const createdSchema = z.object({ id: z.guid() });

/**
 * Carries out one step.
 * @param ids what is known so far
 * @returns what is known then
 * @throws AppError `bad-answer` with Graph's code where it refuses; as `Graph.send`
 */
export async function carryOut(
  means: Means,
  found: Found,
  { step, ids }: { readonly step: Step; readonly ids: Ids },
): Promise<Ids> {
  const application = `/applications/${ids.applicationId}`;
  const principal = `/servicePrincipals/${ids.servicePrincipalId}`;
  const resourceId = found.graph.servicePrincipalId;
  switch (step.do) {
    case 'create-application': {
      const made = await write(means, 'POST', '/applications', step.body);
      const { id, appId } = parseAnswer(applicationSchema, made.body);
      return { ...ids, applicationId: id, clientId: appId };
    }
    case 'update-application':
      await write(means, 'PATCH', application, step.body);
      return ids;
    case 'expose-api':
      await exposeApi(means, application);
      return ids;
    case 'create-service-principal': {
      const made = await write(means, 'POST', '/servicePrincipals', { appId: ids.clientId });
      return { ...ids, servicePrincipalId: parseAnswer(createdSchema, made.body).id };
    }
    case 'create-federated':
      await write(means, 'POST', `${application}/federatedIdentityCredentials`, step.body);
      return ids;
    case 'update-federated': {
      const { name: _, ...body } = step.body;
      await write(means, 'PATCH', `${application}/federatedIdentityCredentials/${step.id}`, body);
      return ids;
    }
    case 'grant': {
      const grant = { principalId: ids.servicePrincipalId, resourceId, appRoleId: step.roleId };
      await write(means, 'POST', `${principal}/appRoleAssignments`, grant);
      return ids;
    }
    case 'revoke':
      await write(means, 'DELETE', `${principal}/appRoleAssignments/${step.assignmentId}`);
      return ids;
    case 'assign': {
      const { principalId, roleId: appRoleId } = step;
      const assignment = { principalId, resourceId: ids.servicePrincipalId, appRoleId };
      await write(means, 'POST', `${principal}/appRoleAssignedTo`, assignment);
      return ids;
    }
  }
}

/** Two writes: an application cannot be let in to a scope that Graph does not hold yet. */
async function exposeApi(means: Means, path: string): Promise<void> {
  const shown = await eventually(means, { url: graphUrl(means.graph.base, path) });
  await write(means, 'PATCH', path, exposureOf(parseAnswer(applicationSchema, shown.body)));
}

async function write(
  means: Means,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<GraphAnswer> {
  const url = graphUrl(means.graph.base, path);
  // A repeated POST could make a second one.
  return eventually(means, { method, url, ...(body && { body }), once: method === 'POST' });
}

/** Sends until Graph knows what the call is about. */
async function eventually({ graph, sleep }: Means, call: GraphCall): Promise<GraphAnswer> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const answer = await graph.send(call);
    if (answer.status < 300) return answer;
    if (pause === undefined || !isTooEarly(answer)) throw answerError('bad-answer', answer);
    await sleep(pause);
  }
  throw new TypeError('the last try has no pause after it');
}

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * What a reference to something new is answered with (Graph docs: errors; the texts are those that
 * clients have met).
 */
function isTooEarly(answer: GraphAnswer): boolean {
  if (answer.status === 404) return true;
  const parsed = refusalSchema.safeParse(answer.body);
  if (answer.status !== 400 || !parsed.success) return false;
  const { code, message } = parsed.data.error;
  return (
    code === 'NoBackingApplicationObject' ||
    /does(?: not|n't) exist|not a valid reference/i.test(message)
  );
}
