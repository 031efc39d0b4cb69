import type { StoredConnection } from '../../ports/connections.ts';
import type { Report } from '../../ports/lanes.ts';
import type { StoredResource } from '../../ports/resources.ts';
import type { Services } from '../../ports.ts';
import type { Edge } from '../../sync/edge.ts';
import type { Json } from '../../sync/entry.ts';
import type { Link } from '../../sync/link.ts';
import { objectIdIn } from '../../sync/pushed.ts';
import { type JudgeNeeds, judgeOf } from '../entries/judge.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { appOf, resourcesOf } from '../sides.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories'> & JudgeNeeds;

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What is known of a user's manager; ids of Entra, null = none. */
export interface ManagerFacts {
  readonly link: Link;
  readonly edges: readonly Edge[];
  readonly app: string | null;
}

/** A user's manager in the application, by Entra's id; or the entry, which is tied to no object now. */
type InApp = { readonly manager: string | null } | { readonly waitsFor: string };

/** Which of a lane's users can be compared, and which have a manager in the application who cannot be. */
export interface ManagersFound {
  readonly facts: readonly ManagerFacts[];
  readonly waiting: readonly Report[];
}

/**
 * Gathers what is known of the managers of users of this lane. Users who are not in step are left out,
 * and those whose manager is an entry that does not exist.
 * @param onlyDifferent those are left out as well of whom both sides say the same
 */
export async function managerFacts(
  needs: Needs,
  { connection, lane }: LanePlace,
  links: readonly Link[],
  onlyDifferent = false,
): Promise<ManagersFound> {
  const judge = await judgeOf(needs, connection, links);
  const inStep = links.filter((link) => {
    const isLinked = link.state === 'linked' && link.appId !== null && link.wakeDue === null;
    return link.kind === 'user' && isLinked && judge.standing(link).is !== 'out';
  });
  const managers = await managersInApp(needs, connection, inStep);
  const facts: ManagerFacts[] = [];
  const waiting: Report[] = [];
  for (const link of inStep) {
    const { entraId, appId, seen } = link;
    const found = managers.get(entraId);
    if (!found || appId === null) continue;
    if ('waitsFor' in found) waiting.push({ entraId, appId, managerId: found.waitsFor });
    else if (!onlyDifferent || found.manager !== (seen.manager ?? null))
      facts.push({ link, app: found.manager, edges: await edgesOf(needs, lane, entraId) });
  }
  return { facts, waiting };
}

async function edgesOf(
  { lanes }: Pick<Needs, 'lanes'>,
  lane: LanePlace['lane'],
  holder: string,
): Promise<Edge[]> {
  const edges: Edge[] = [];
  for await (const page of lanes.edgesOf(lane, holder)) edges.push(...page);
  return edges;
}

async function managersInApp(
  needs: Needs,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<ReadonlyMap<string, InApp>> {
  const ids = links.flatMap(({ appId }) => appId ?? []);
  if (ids.length === 0) return new Map();
  const users = await resourcesOf(needs, connection).read('user', ids);
  const managerIds = [...users.values()].flatMap((user) => managerIdOf(user) ?? []);
  const objects = await objectsOf(needs, connection, [...new Set(managerIds)]);
  return new Map(
    links.flatMap(({ entraId, appId }): [string, InApp][] => {
      const user = users.get(appId ?? '');
      if (!user) return [];
      const managerId = managerIdOf(user);
      if (managerId === undefined) return [[entraId, { manager: null }]];
      const object = objects.get(managerId);
      return object ? [[entraId, object]] : [];
    }),
  );
}

/** The objects that entries of users stand for and are tied to; entries that are gone are missing. */
async function objectsOf(
  needs: Needs,
  connection: StoredConnection,
  managerIds: readonly string[],
): Promise<ReadonlyMap<string, InApp>> {
  if (managerIds.length === 0) return new Map();
  const entries = await appOf(needs, connection).read('user', managerIds);
  const named = new Map(
    [...entries].map(([id, { externalId }]) => [id, objectIdIn(externalId)] as const),
  );
  const ids = [...named.values()].filter((id) => id !== undefined);
  const ties = await needs.ties.read(connection.id, [...new Set(ids)]);
  return new Map(
    [...named].map(([id, entraId]) => {
      const tie = ties.get(entraId ?? '');
      const isTied = tie?.state === 'linked' && tie.appId === id;
      return [id, isTied ? { manager: tie.entraId } : { waitsFor: id }];
    }),
  );
}

function managerIdOf({ resource }: StoredResource): string | undefined {
  const value = partOf(partOf(resource[ENTERPRISE], 'manager'), 'value');
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function partOf(json: Json | undefined, name: string): Json | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject && Object.hasOwn(json, name) ? json[name] : undefined;
}
