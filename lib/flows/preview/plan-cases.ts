import type { Services } from '../../ports.ts';
import type { Entry } from '../../sync/entry.ts';
import type { Half, Link } from '../../sync/link.ts';
import {
  changesOfDraft,
  type Foresight,
  foreseeAlone,
  foreseeFailure,
  foreseeMerge,
} from '../../sync/plan.ts';
import { type Compare, halfOf, newHalf, settle } from '../../sync/reconcile.ts';
import type { Standing } from '../../sync/rules/standing.ts';
import { agreedOf, readEntries } from '../entries/compare-entries.ts';
import type { Work } from '../entries/link-writes.ts';
import { appOf } from '../sides.ts';
import { type Creation, planCreates } from './plan-creates.ts';
import type { Planning } from './plan-judge.ts';

type Needs = Pick<Services, 'directories' | 'lanes' | 'ties' | 'plans' | 'clock'>;

/** An object about which it is decided what it needs, and nothing is foreseen yet. */
export interface Open {
  readonly work: Work;
  readonly standing: Standing;
}

/** An object with what is foreseen for it. */
export interface Case extends Open {
  readonly foresight: Foresight;
  /** What Entra's side comes to; absent where the object needs no look at the application. */
  readonly entra?: Half;
  /** Its entry, or the one that it adopts. */
  readonly entry?: Entry;
}

export const NAME_TAKEN =
  'name-taken: another object has, or is to have, an entry of this user name';

/** Those that need no look at the application. */
export function aloneCases(open: readonly Open[]): Case[] {
  return open.flatMap((one) => {
    const foresight = foreseeAlone(one.work.link, one.work.decision, one.standing);
    return foresight ? [{ ...one, foresight }] : [];
  });
}

/** Those that have no entry yet. */
export async function createCases(
  needs: Needs,
  planning: Planning,
  open: readonly Open[],
): Promise<Case[]> {
  const wanted = open.flatMap((one) => {
    const { link, decision } = one.work;
    return decision.do === 'create' ? [{ one, link, ...decision }] : [];
  });
  if (wanted.length === 0) return [];
  const creations = await planCreates(needs, planning, wanted);
  return wanted.map(({ one, link, entra, flows }) => {
    const creation = creations.get(link.entraId) ?? { do: 'create' as const };
    const sides = { entra, flows };
    const entry = creation.do === 'adopt' ? { entry: creation.entry } : {};
    return { ...one, entra, ...entry, foresight: foreseeCreation(creation, sides, one.standing) };
  });
}

/** Those that have one. */
export async function compareCases(
  needs: Needs,
  { connection, reassert }: Planning,
  open: readonly Open[],
): Promise<Case[]> {
  const compares = open.flatMap((one) => {
    const { decision } = one.work;
    return decision.do === 'compare' ? [{ one, ...decision }] : [];
  });
  const wanted = compares.map(({ one, appId }) => ({ kind: one.work.link.kind, id: appId }));
  const entries = await readEntries(appOf(needs, connection), wanted);
  return compares.map(({ one, appId, entra, flows }) => {
    const entry = entries.get(appId);
    if (!entry)
      return { ...one, entra, foresight: { ...draft({ entra, flows }, one.standing), ...GONE } };
    const met = { entra, flows, entry, agreed: agreedOf(one.work.link), reassert };
    return { ...one, entra, entry, foresight: meeting(met, one.standing) };
  });
}

const GONE = { reason: 'its entry is gone from the application' };

function foreseeCreation(creation: Creation, sides: Sides, standing: Standing): Foresight {
  switch (creation.do) {
    case 'create':
      return draft(sides, standing);
    case 'taken':
      return foreseeFailure(NAME_TAKEN, 'userName');
    case 'fail':
      return foreseeFailure(`ambiguous: ${creation.detail}`, creation.by);
    case 'skip': {
      const reason = `the application has the entry ${creation.entry.id}, which is left alone`;
      return { decision: 'skip', rule: creation.by, reason, changes: [] };
    }
    case 'adopt': {
      const met = { ...sides, entry: creation.entry, agreed: null, reassert: false };
      const reason = `the application has the entry ${creation.entry.id}`;
      return { ...meeting(met, standing), decision: 'adopt', rule: creation.by, reason };
    }
  }
}

/** What Entra's side makes of an object, and what flows where. */
type Sides = Pick<Compare, 'entra' | 'flows'>;

function draft({ entra, flows }: Sides, { rule }: Standing): Foresight {
  const changes = changesOfDraft(newHalf(entra, flows));
  return { decision: 'create', rule, reason: null, changes };
}

interface Met extends Sides {
  readonly entry: Entry;
  readonly agreed: Link['agreed'];
  readonly reassert: boolean;
}

/** All that is to change, also what takes something away and is for the guard to allow. */
function meeting({ entry, agreed, reassert, ...sides }: Met, standing: Standing): Foresight {
  const settlement = settle(sides, entry, agreed, { reassert, mayRemove: true });
  return foreseeMerge({ ...settlement, app: halfOf(entry), entra: sides.entra }, standing);
}
