import type { Services } from '../../ports.ts';
import { envelopeOf, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import type { Pair } from '../../sync/derived-edge.ts';
import { edgeName } from '../../sync/edge.ts';
import { byLane } from '../../sync/lanes.ts';
import type { LaneEnvelope } from '../../sync/messages.ts';

const PAIRS_A_MESSAGE = 1_000;

/** Has groups look whether somebody counts as their member, in their lanes. @returns those as bits */
export async function sendPairs(
  { bus }: Pick<Services, 'bus'>,
  message: LaneEnvelope,
  pairs: readonly Pair[],
): Promise<number> {
  let told = 0;
  const unique = new Map(pairs.map((pair) => [edgeName(pair), pair]));
  for (const [lane, some] of byLane([...unique.values()], ({ holder }) => holder)) {
    for (const part of chunks(some, PAIRS_A_MESSAGE)) {
      const own = { ...envelopeOf(message), lane, pairs: part };
      await bus.send('changes', [toLane({ ...own, kind: 'flatten' })]);
    }
    told |= 1 << lane;
  }
  return told;
}
