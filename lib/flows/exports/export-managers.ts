import type { WritePriority } from '../../ports/entra-writes.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Edge } from '../../sync/edge.ts';
import { isWish, refusedAgain } from '../../sync/edge-export.ts';
import type { Link } from '../../sync/link.ts';
import { SYNCED } from '../../sync/rules/compile.ts';
import { withSentManager } from '../../sync/sent-manager.ts';
import { writeReverse } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeDrop, edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { entraWritesOf } from '../sides.ts';
import type { ManagerFacts } from './manager-facts.ts';
import { type Refused, tryEntra } from './try-entra.ts';

/**
 * Sets managers in Entra as the application has them. What Entra does not take stands on the edge, and
 * stops no other.
 * @returns what is to be saved
 */
export async function exportManagers(
  needs: ApplyNeeds,
  place: LanePlace,
  all: readonly ManagerFacts[],
  priority: WritePriority,
): Promise<readonly LaneWrite[]> {
  const now = needs.clock.now();
  const facts = all.flatMap(({ app, ...one }) => (app === null ? [] : [{ ...one, app }]));
  const barred = facts.filter(({ link }) => readOnly(link));
  const open = facts.filter((one) => !barred.includes(one));
  const writes = barred.flatMap((one) =>
    refusedBy(place, one, { refused: readOnly(one.link), now }),
  );
  if (open.length === 0) return writes;
  const edges = open.map((one) => managed(place, one));
  // First: a row of a manager who is none when this comes again would be left behind.
  await confirmLane(needs, place.lane);
  await writeReverse(needs, place.connection.id, edges);
  const pairs = open.map(({ link, app }) => ({ userId: link.entraId, managerId: app }));
  const entra = entraWritesOf(needs, place.connection);
  const refusals = await tryEntra(pairs, () => entra.setManagers(pairs, priority));
  const sent = open.flatMap((one, index): LaneWrite[] => {
    const refused = refusals[index];
    return refused ? refusedBy(place, one, { refused, now }) : exported(place, one, now);
  });
  return [...writes, ...sent];
}

/** What needs no question to Graph: the manager of a synced user is read-only (Graph docs: user). */
export function readOnly({ seen }: Link): Refused | undefined {
  if (seen.properties[SYNCED] !== true) return undefined;
  const detail = 'the user is synced from on-premises; change the manager there';
  return { reason: 'entra-read-only', detail };
}

type Going = Omit<ManagerFacts, 'app'> & { readonly app: string };

function managed({ message }: LanePlace, { link, app }: Going): Edge {
  return {
    holder: link.entraId,
    member: app,
    relation: 'manager',
    memberKind: 'user',
    wanted: true,
    direct: true,
    via: null,
    applied: true,
    sighted: message.runId,
    removal: null,
  };
}

/** The new manager takes the place of all others. */
function exported(place: LanePlace, one: Going, now: number): LaneWrite[] {
  const { link, edges, app } = one;
  const own = edges.find(({ member }) => member === app);
  const seen = withSentManager(link.seen, app, now);
  return [
    ...edges.filter((edge) => edge !== own).map(edgeDrop),
    { ...edgeWrite(own, managed(place, one)), count: { 'users.exported': 1 } },
    { link: { ...link, seen }, from: link },
  ];
}

/** The application wants it all the same; a refusal that is known and never tried again is no news. */
function refusedBy(
  place: LanePlace,
  one: Going,
  { refused, now }: { readonly refused: Refused | undefined; readonly now: number },
): LaneWrite[] {
  const { edges, app } = one;
  const own = edges.find(({ member }) => member === app);
  const others = edges.filter((edge) => edge !== own && isWish(edge)).map(edgeDrop);
  const isKnown =
    own?.refused?.reason === 'entra-read-only' && own.refused.reason === refused?.reason;
  if (!refused || isKnown) return others;
  const none = { wanted: false, direct: false, applied: own?.applied ?? false };
  const next = { ...managed(place, one), ...none, refused: refusedAgain(own ?? {}, refused, now) };
  return [...others, edgeWrite(own, next)];
}
