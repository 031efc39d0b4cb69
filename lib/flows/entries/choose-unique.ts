import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { ExpressionContext } from '../../sync/expressions/evaluate.ts';
import { foldName } from '../../sync/fold-name.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { appOf } from '../sides.ts';
import { type Work, withAttributes } from './link-writes.ts';

/**
 * Of the values that SelectUniqueValue offers, gives each entry to be created the first that is free
 * in the application, and that no neighbour was given.
 */
export async function chooseUnique(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  { rules, context }: { readonly rules: Rules; readonly context: ExpressionContext },
  work: readonly Work[],
): Promise<readonly Work[]> {
  let chosen = work;
  for (const { target, unique } of rules.mappings.user.mappings) {
    if (!unique) continue;
    const offers = new Map(
      work.flatMap(({ link, decision }) =>
        decision.do === 'create' && link.kind === 'user'
          ? [[link.entraId, unique.candidates(link.seen.properties, context)] as const]
          : [],
      ),
    );
    const values = [...new Set([...offers.values()].flat())];
    if (values.length === 0) continue;
    const found = await appOf(needs, connection).match('user', unique.attribute, values);
    const taken = new Set(values.filter((value) => found.get(value)?.length).map(foldName));
    chosen = chosen.map((one) => {
      const free = offers.get(one.link.entraId)?.find((value) => !taken.has(foldName(value)));
      if (free === undefined) return one;
      taken.add(foldName(free));
      return withAttributes(one, (attributes) => ({ ...attributes, [target]: free }));
    });
  }
  return chosen;
}
