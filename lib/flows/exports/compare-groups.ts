import type { Services } from '../../ports.ts';
import type { Edge } from '../../sync/edge.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { resourcesOf } from '../sides.ts';
import { compareManagers } from './compare-managers.ts';
import { compareMembers } from './compare-members.ts';
import { type AppMembership, wordsOf } from './tell-members.ts';
import { tellTarget } from './tell-target.ts';

/** Where the links of a lane begin. */
export const FIRST_LINK = 'l:';
/** Memberships of the application that are in memory at once. */
const MOST_HELD = 20_000;
/** Edges whose members' links are read together, which is cheaper the more there are. */
const EDGES_AT_ONCE = 2_000;
const WORDS_AT_ONCE = 1_000;

/** How far the comparing has come: behind which links, and within them, behind which member of a group. */
export interface Reached {
  readonly cursor: string;
  readonly after?: { readonly group: string; readonly member: string } | undefined;
}

/** Some members of some groups, by the application's ids; Entra's id of each group. */
interface Block {
  /** The last member, where more may follow. */
  readonly last?: NonNullable<Reached['after']>;
  readonly groups: ReadonlyMap<string, { readonly entraId: string; readonly left: Set<string> }>;
}

/**
 * Gives Entra the memberships of this lane's groups that the application holds and Entra was never
 * heard of to have: what was there before the export was switched on, or was missed; and compares
 * managers. In a full run, when all objects and edges are known.
 * @returns where to go on; undefined when all is done
 */
export async function compareGroups(
  needs: ApplyNeeds,
  place: LanePlace,
  { isOver, ...begin }: Reached & { readonly isOver: () => boolean },
): Promise<Reached | undefined> {
  const ofMembers = reachesEntra(place.connection, { relation: 'member' });
  const ofManagers = reachesEntra(place.connection, { relation: 'manager' });
  const hasTarget = targetGroupOf(rulesOf(place.connection)) !== undefined;
  if (!ofMembers && !ofManagers && !hasTarget) return undefined;
  const kind = ofManagers || hasTarget ? undefined : 'group';
  if (ofManagers && begin.cursor === FIRST_LINK && !begin.after) await forgetWaiting(needs, place);
  let { cursor: from, after } = begin;
  for await (const { links, cursor } of needs.lanes.allLinks(place.lane, from, kind)) {
    const linked = links.filter(({ state }) => state === 'linked');
    after = ofMembers
      ? await compareHeld(needs, place, { links: linked, after, isOver })
      : undefined;
    if (after) return { cursor: from, after };
    if (ofManagers)
      await compareManagers(needs, place, linked, { priority: 'low', onlyDifferent: true });
    await tellTarget(needs, place.connection, links.filter(wasExported));
    if (links.length > 0 && isOver()) return { cursor };
    from = cursor;
  }
  return undefined;
}

/** Whoever waits for a manager still is noted anew: others have another one, or none, by now. */
async function forgetWaiting({ ties }: ApplyNeeds, { connection, lane }: LanePlace): Promise<void> {
  const waiting = await ties.reportsOf(connection.id, 'any');
  const own = waiting.filter(({ entraId }) => laneOf(entraId) === lane.lane);
  await ties.forgetReports(connection.id, own);
}

/** Whoever was never linked is in the target group by somebody else's doing. */
function wasExported({ state, seen }: Link): boolean {
  return state === 'linked' || (state === 'removed' && seen.removed === undefined);
}

/** A page of links, and where to go on in it. */
interface Held extends Pick<Reached, 'after'> {
  readonly links: readonly Link[];
  readonly isOver: () => boolean;
}

/** @returns where to go on in the page; undefined when it is done */
async function compareHeld(
  needs: ApplyNeeds,
  place: LanePlace,
  page: Held,
): Promise<Reached['after']> {
  for await (const block of blocksOf(needs, place, page)) {
    await withoutKnown(needs, place, block);
    await compareLeft(needs, place, block);
    if (block.last && page.isOver()) return block.last;
  }
  return undefined;
}

/** The members of groups as the application has them, so many at a time; a large group in parts. */
async function* blocksOf(
  needs: Pick<Services, 'directories'>,
  { connection }: LanePlace,
  { links, after, isOver }: Held,
): AsyncGenerator<Block> {
  const app = resourcesOf(needs, connection);
  let groups = new Map<string, { entraId: string; left: Set<string> }>();
  let held = 0;
  for (const { entraId, appId } of groupsFrom(links, after)) {
    if (appId === null) continue;
    const begin = after?.group === entraId ? after.member : undefined;
    for await (const members of app.members(appId, begin)) {
      const own = groups.get(appId) ?? { entraId, left: new Set<string>() };
      for (const { id } of members) own.left.add(id);
      groups.set(appId, own);
      held += members.length;
      const member = members.at(-1)?.id;
      if (member === undefined || (held < MOST_HELD && !isOver())) continue;
      yield { groups, last: { group: entraId, member } };
      groups = new Map();
      held = 0;
    }
  }
  if (groups.size > 0) yield { groups };
}

/** From where it was left off; all, if that group is gone since. */
function groupsFrom(links: readonly Link[], after: Reached['after']): readonly Link[] {
  const groups = links.filter(({ kind }) => kind === 'group');
  const at = groups.findIndex(({ entraId }) => entraId === after?.group);
  return groups.slice(Math.max(0, at));
}

/** Takes out of a block whatever there is an edge of, but for what Entra did not take. */
async function withoutKnown(needs: ApplyNeeds, place: LanePlace, { groups }: Block): Promise<void> {
  let chunk: { edge: Edge; left: Set<string> }[] = [];
  const flush = async () => {
    const members = [...new Set(chunk.map(({ edge }) => edge.member))];
    const ties = await needs.ties.read(place.connection.id, members);
    for (const { edge, left } of chunk) left.delete(ties.get(edge.member)?.appId ?? '');
    chunk = [];
  };
  for (const { entraId, left } of groups.values())
    for await (const edges of needs.lanes.edgesOf(place.lane, entraId)) {
      const known = edges.filter((edge) => edge.applied || isTriedSoon(edge));
      chunk.push(...known.map((edge) => ({ edge, left })));
      if (chunk.length >= EDGES_AT_ONCE) await flush();
    }
  if (chunk.length > 0) await flush();
}

async function compareLeft(needs: ApplyNeeds, place: LanePlace, { groups }: Block): Promise<void> {
  let chunk: AppMembership[] = [];
  const flush = async () => {
    const words = await wordsOf(needs, place.connection, chunk);
    await compareMembers(needs, place, words, 'low');
    chunk = [];
  };
  for (const [groupId, { left }] of groups)
    for (const memberId of left) {
      chunk.push({ groupId, memberId, removed: false });
      if (chunk.length >= WORDS_AT_ONCE) await flush();
    }
  if (chunk.length > 0) await flush();
}

function isTriedSoon({ refused }: Edge): boolean {
  return refused?.reason === 'entra-later' || refused?.reason === 'entra-throttled';
}
