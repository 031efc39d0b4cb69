import type { Services } from '../../ports.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import type { MatchingAttribute } from '../../sync/rules/matching.ts';
import {
  type Existing,
  matchExisting,
  settleHolders,
  type Wanted,
} from '../entries/match-existing.ts';
import { appOf } from '../sides.ts';
import type { Planning } from './plan-judge.ts';
import { holdersOf, yielding } from './plan-names.ts';

type Needs = Pick<Services, 'directories' | 'lanes' | 'ties' | 'plans' | 'clock'>;

/** What becomes of an object that has no entry yet. */
export type Creation =
  | { readonly do: 'create' }
  /** An entry is there, and is tied to the object. */
  | { readonly do: 'adopt'; readonly entry: Entry; readonly by: MatchingAttribute }
  | Exclude<Existing, { readonly do: 'adopt' }>
  /** Another object's entry holds the name. */
  | { readonly do: 'taken' };

/**
 * Foresees what creating entries would come to, in the order in which a run finds it out: by the
 * matching attributes, then by the claims that only one entry may have.
 * @returns by Entra id
 */
export async function planCreates(
  needs: Needs,
  planning: Planning,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Creation>> {
  const { connection, rules } = planning;
  // Whose create was begun before finds its own work first.
  const unbegun = wanted.filter(({ link }) => link.state !== 'creating');
  const known = await matchExisting(needs, connection, rules, unbegun);
  const fresh = wanted.filter(({ link }) => !known.has(link.entraId));
  const own = await ownOf(needs, planning, fresh);
  const holders = await holdersOf(needs, planning, fresh.flatMap(nameOf));
  const taken = fresh.flatMap((one) => {
    const holder = holders.get(nameOf(one)[0] ?? '');
    return holder && !own.has(one.link.entraId) ? [{ link: one.link, holder }] : [];
  });
  const others = taken.map(({ holder }) => holder);
  const free = taken.length > 0 ? await yielding(needs, planning, others) : new Set<string>();
  const kept = taken.filter(({ holder }) => !free.has(holder.id));
  const settled = await settleHolders(needs, connection, rules, kept);
  const isTaken = new Set(kept.map(({ link }) => link.entraId));
  return new Map(
    wanted.map(({ link: { entraId } }): [string, Creation] => {
      const entry = own.get(entraId);
      if (entry) return [entraId, { do: 'adopt', entry, by: 'externalId' }];
      const existing = known.get(entraId) ?? settled.get(entraId);
      return [entraId, existing ?? { do: isTaken.has(entraId) ? 'taken' : 'create' }];
    }),
  );
}

/** Entries that carry the object's id already, by that. */
async function ownOf(
  needs: Pick<Services, 'directories'>,
  { connection }: Planning,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Entry>> {
  const kinds = [...Map.groupBy(wanted, ({ link }): Kind => link.kind)];
  const found = await Promise.all(
    kinds.map(([kind, some]) =>
      appOf(needs, connection).find(
        kind,
        some.map(({ link }) => link.entraId),
      ),
    ),
  );
  return new Map(found.flatMap((entries) => [...entries]));
}

/** The user name that it is to have; groups have none. */
function nameOf({ link, entra }: Wanted): string[] {
  const { userName } = entra.attributes;
  return link.kind === 'user' && typeof userName === 'string' ? [userName] : [];
}
