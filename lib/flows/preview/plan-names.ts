import type { Services } from '../../ports.ts';
import type { Entry, Item } from '../../sync/entry.ts';
import { fold } from '../../sync/fold.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { isClaimed } from '../entries/free-name.ts';
import { appOf, entraOf } from '../sides.ts';
import { type Planning, planJudge } from './plan-judge.ts';

type Needs = Pick<Services, 'directories' | 'lanes' | 'plans' | 'clock'>;

/** The entries that hold user names, by those as they were asked for. */
export async function holdersOf(
  needs: Pick<Services, 'directories'>,
  { connection }: Planning,
  names: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  if (names.length === 0) return new Map();
  const found = await appOf(needs, connection).match('user', 'userName', [...new Set(names)]);
  return new Map(
    [...found].flatMap(([name, [holder]]) => (holder ? [[name, holder] as const] : [])),
  );
}

/**
 * Ids of those entries that would let go of the names they hold, because their objects have no claim
 * to them by what Entra says now.
 */
export async function yielding(
  needs: Needs,
  planning: Planning,
  holders: readonly Entry[],
): Promise<ReadonlySet<string>> {
  const owned = new Map(
    holders.flatMap((holder) =>
      holder.externalId === undefined ? [] : [[holder.externalId, holder] as const],
    ),
  );
  const links = await linksOf(needs, planning, [...owned.keys()]);
  if (links.size === 0) return new Set();
  const now = await seenNow(needs, planning, links);
  const objects = [...links.keys()].map((id) => ({ kind: 'user' as const, id }));
  const judge = await planJudge(needs, planning, objects);
  const free = now.flatMap((link) => {
    const holder = owned.get(link.entraId);
    return holder && !isClaimed(judge, link, holder) ? [holder.id] : [];
  });
  return new Set(free);
}

/** Links as they are stored; none where nothing was ever read. */
export async function linksOf(
  { lanes }: Pick<Services, 'lanes'>,
  { connection, isKnown }: Planning,
  entraIds: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
  if (!isKnown) return new Map();
  const found = [...byLane([...new Set(entraIds)], (id) => id)].map(async ([number, ids]) =>
    lanes.links(await lanes.open(connection.id, number), ids),
  );
  return new Map((await Promise.all(found)).flatMap((links) => [...links]));
}

/** The links of holders with what Entra says of them now: what is stored may be out of date. */
async function seenNow(
  needs: Needs,
  { connection, rules, planId }: Planning,
  links: ReadonlyMap<string, Link>,
): Promise<Link[]> {
  const items = new Map<string, Item>();
  const pages = entraOf(needs, connection, rules.selection).read('user', [...links.keys()]);
  for await (const page of pages) for (const item of page) items.set(item.id, item);
  const now = needs.clock.now();
  return [...links.values()].map((link) => {
    const item = items.get(link.entraId);
    return (item && fold(link, item, { runId: planId, alive: true, now })) ?? link;
  });
}
