import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import type { Link } from '../../sync/link.ts';
import type { Rules } from '../../sync/rules/rules.ts';

/**
 * Notes on links that their entries are about to be switched on or off: a worker that dies before it
 * can say that it did must not leave behind what looks like the application's own wish. Saved before
 * the entries are written, and only where such a wish would reach Entra.
 * @param links as they are stored
 * @returns the lane to go on with
 */
export async function markSwitching(
  needs: Pick<Services, 'lanes'>,
  lane: Lane,
  { rules, links }: { readonly rules: Rules; readonly links: readonly Link[] },
): Promise<Lane> {
  const marks = links
    .filter(({ agreed, kind, switching }) => {
      return agreed !== null && !switching && rules.flows[kind].active.toEntra;
    })
    .map((from) => ({ link: { ...from, switching: true }, from }));
  return marks.length > 0 ? needs.lanes.commit(lane, marks) : lane;
}
