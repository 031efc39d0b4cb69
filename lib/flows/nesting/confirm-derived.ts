import { foldVia } from '../../sync/derived-edge.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { flattens, holdersIn } from '../../sync/rules/flattened.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { askGroups, type Shown } from '../edges/ask-groups.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { findAlive } from '../lanes/find-alive.ts';
import { edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { findVias } from './find-vias.ts';

/** What is found out about memberships that stood by nested groups. */
interface Confirmed extends Shown {
  /** Those that stand by another nested group, or by the same again. */
  readonly back: readonly ReturnType<typeof edgeWrite>[];
}

/**
 * Asks Entra about memberships that stood by nested groups, and do no more by what is written down.
 *
 * | the group by which it stood | it is still there if |
 * | --- | --- |
 * | is nested in the holder | it has the member |
 * | is imported by now | never: that is the rules' doing |
 * | is deleted | it is found by its id |
 * | is nested in the holder no more | the holder has it as a member |
 *
 * Where the chain broke further down, the delta's word counts.
 * @throws AppError of the side `entra` where it is out of reach as a whole
 */
export async function confirmDerived(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<Confirmed> {
  const { connection, message } = place;
  const nothing: Confirmed = { found: new Set(), unknown: new Set(), back: [] };
  if (edges.length === 0 || !flattens(rulesOf(connection))) return nothing;
  const findVia = await findVias(needs, connection, edges);
  const at = { runId: message.runId, now: needs.clock.now() };
  const back = edges.flatMap((edge) => {
    const via = findVia(edge);
    const folded = via === null ? null : foldVia(edge, via, { ...at, pair: edge });
    return folded ? [edgeWrite(edge, folded)] : [];
  });
  const others = edges.filter((edge) => findVia(edge) === null);
  const { deleted, questions } = await waysOf(needs, place, others);
  const shown = await askGroups(needs, connection, questions);
  const groups = [...new Set(deleted.flatMap(({ via }) => via ?? []))];
  const objects = groups.map((id) => ({ kind: 'group' as const, id }));
  const alive = await findAlive(needs, connection, objects);
  const replayed = deleted.filter(({ via }) => alive.has(via ?? '')).map(edgeName);
  return { ...shown, found: new Set([...shown.found, ...replayed]), back };
}

/** How Entra is asked about each; see the table above. */
async function waysOf(needs: ApplyNeeds, { connection }: LanePlace, edges: readonly Edge[]) {
  const { sets } = await needs.nesting.sets(connection.id);
  const isNested = ({ holder, via }: Edge) =>
    holdersIn(sets)
      .get(via ?? '')
      ?.includes(holder) === true;
  const loose = edges.filter((edge) => !isNested(edge));
  const noted = loose.length > 0 ? await needs.nesting.read(connection.id) : undefined;
  const deleted = loose.filter(({ via }) => noted?.gone.has(via ?? ''));
  const unlinked = loose.filter(
    ({ via }) => !noted?.gone.has(via ?? '') && !noted?.imported.has(via ?? ''),
  );
  const questions = [
    ...edges
      .filter(isNested)
      .map((edge) => ({ name: edgeName(edge), group: edge.via ?? '', member: edge.member })),
    ...unlinked.map((edge) => ({
      name: edgeName(edge),
      group: edge.holder,
      member: edge.via ?? '',
    })),
  ];
  return { deleted, questions };
}
