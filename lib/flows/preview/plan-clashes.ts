import type { Services } from '../../ports.ts';
import { valuesOf } from '../../sync/entry.ts';
import { type Foresight, foreseeFailure, type Planned } from '../../sync/plan.ts';
import { ALIASES } from '../../sync/rules/rules.ts';
import { type Case, NAME_TAKEN } from './plan-cases.ts';
import { type Claims, claimedBy, claimText } from './plan-claims.ts';
import type { Planning } from './plan-judge.ts';
import { holdersOf, yielding } from './plan-names.ts';

type Needs = Pick<Services, 'directories' | 'lanes' | 'plans' | 'clock'>;

/** Entries that are there and are to be given user names which others hold: nothing comes of it. */
export async function settleNames(
  needs: Needs,
  planning: Planning,
  cases: readonly Case[],
): Promise<readonly Case[]> {
  const renamed = cases.flatMap((one) => {
    const name = newNameOf(one);
    return one.entry && name !== undefined ? [{ one, name, entry: one.entry }] : [];
  });
  const names = renamed.map(({ name }) => name);
  const holders = await holdersOf(needs, planning, names);
  const taken = renamed.flatMap(({ one, name, entry }) => {
    const holder = holders.get(name);
    return holder && holder.id !== entry.id ? [{ one, holder }] : [];
  });
  if (taken.length === 0) return cases;
  const others = taken.map(({ holder }) => holder);
  const free = await yielding(needs, planning, others);
  const failing = new Set(taken.filter(({ holder }) => !free.has(holder.id)).map(({ one }) => one));
  return cases.map((one) => (failing.has(one) ? nameTaken(one) : one));
}

/** These end with an entry that may have what it did not have before. */
const CLAIMING: ReadonlySet<Planned> = new Set(['create', 'adopt', 'update']);

/** What comes of an object that makes a value which another one made first. */
const CLASHES: Readonly<Record<string, Foresight>> = {
  userName: foreseeFailure(NAME_TAKEN, 'userName'),
  [ALIASES]: foreseeFailure('refused: an alias of it is to belong to another', 'users.aliases'),
};

/**
 * Objects for which the rules make the same value though only one can have it: the first that shows
 * is to have it.
 * @returns the claims that are new, too
 */
export async function settleClaims(
  { plans }: Pick<Services, 'plans'>,
  { connection, planId, rules }: Planning,
  cases: readonly Case[],
): Promise<{ readonly cases: readonly Case[]; readonly claims: Claims }> {
  const attributes = claimedBy(rules);
  const claiming = cases.map((one) => ({ one, own: claimsIn(one, attributes) }));
  const texts = [...new Set(claiming.flatMap(({ own }) => own.map(({ text }) => text)))];
  if (texts.length === 0) return { cases, claims: new Map() };
  const known = new Map(await plans.claims(connection.id, planId, texts));
  const claims = new Map<string, string>();
  const settled = claiming.map(({ one, own }) => {
    const { entraId } = one.work.link;
    const lost = own.find(({ attribute, text }) => {
      return CLASHES[attribute] !== undefined && (known.get(text) ?? entraId) !== entraId;
    });
    const clash = lost && CLASHES[lost.attribute];
    if (clash) return { ...one, foresight: clash };
    for (const { text } of own) {
      if (!known.has(text)) known.set(text, entraId);
      if (known.get(text) === entraId) claims.set(text, entraId);
    }
    return one;
  });
  return { cases: settled, claims };
}

/** The values that an entry is to have, and did not have before. */
function claimsIn({ work, foresight, entry }: Case, attributes: readonly string[]) {
  if (work.link.kind !== 'user' || !CLAIMING.has(foresight.decision)) return [];
  return attributes.flatMap((attribute) => {
    const to = foresight.changes.find((change) => change.attribute === attribute)?.to;
    const before = new Set(valuesOf(entry?.attributes[attribute]));
    const values = valuesOf(to).filter((value) => !before.has(value));
    return values.map((value) => ({ attribute, text: claimText(attribute, value) }));
  });
}

function nameTaken(one: Case): Case {
  return { ...one, foresight: foreseeFailure(NAME_TAKEN, 'userName') };
}

function newNameOf({ work, foresight }: Case): string | undefined {
  if (work.link.kind !== 'user') return undefined;
  const change = foresight.changes.find(({ attribute }) => attribute === 'userName');
  return typeof change?.to === 'string' ? change.to : undefined;
}
