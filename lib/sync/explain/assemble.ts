import type { Kind } from '../entry.ts';
import type { Agreed, Half, Link } from '../link.ts';
import { type Decision, newHalf } from '../reconcile.ts';
import { isGuest } from '../rules/is-guest.ts';
import type { Rules } from '../rules/rules.ts';
import type { Standing } from '../rules/standing.ts';
import { actionStep } from './action-step.ts';
import {
  type DifferenceStep,
  deactivationStep,
  differenceStep,
  NO_DIFFERENCE,
  newEntryStep,
} from './difference-step.ts';
import { attributesOf, type MappedTarget, mappingStep } from './mapping-step.ts';
import { entryOf, type Match, matchStep } from './match-step.ts';
import { type GroupFacts, scopeStep } from './scope-step.ts';
import type { MembersStep, Step } from './steps.ts';

/** What is decided about an object, and how that came about. */
export interface Decided {
  readonly decision: Decision;
  readonly targets: readonly MappedTarget[];
  /** Why it cannot be mapped. */
  readonly fault: string | null;
  /** Entitlements of which no seat is free. */
  readonly unseated: readonly string[];
}

/** All that the steps are told from. */
export interface ProvisionFacts {
  readonly object: { readonly kind: Kind; readonly id: string; readonly name: string };
  readonly rules: Rules;
  /** With what was read of the object just now. */
  readonly link: Link;
  readonly standing: Standing;
  /** Null where no groups decide about it. */
  readonly groups: GroupFacts | null;
  readonly decided: Decided;
  readonly match: Match;
  /** What the sides agreed on, as a comparison takes it. */
  readonly agreed: Agreed | null;
  /** The Entra id of the manager; null where none flows. */
  readonly manager: string | null;
  /** Null where it is no group. */
  readonly members: MembersStep | null;
}

/** The steps of an object's way into the application, up to the action. */
export function assemble(facts: ProvisionFacts): readonly Step[] {
  const { object, rules, link, standing, groups, decided, match, manager, members } = facts;
  const { decision, targets, fault, unseated } = decided;
  const difference = differenceOf(facts);
  const { settings } = rules;
  const guest = { isGuest: isGuest(link.seen.properties) };
  return [
    { step: 'found', ok: true, ...object },
    scopeStep(object, { rules, standing, unseated }, groups),
    matchStep(match),
    mappingStep({ targets, attributes: halfOfDecided(decided).attributes, fault, manager }),
    difference,
    actionStep({ decision, standing, match, difference, settings, ...guest }),
    ...(members ? [members] : []),
  ];
}

/** What an entry of the object would hold, written or not. */
export function halfOfDecided({ decision, targets }: Decided): Half {
  if (decision.do === 'create' || decision.do === 'compare') return decision.entra;
  return { active: true, attributes: attributesOf(targets) };
}

function differenceOf({ decided, match, agreed }: ProvisionFacts): DifferenceStep {
  const { decision } = decided;
  const entry = entryOf(match);
  if (decision.do === 'remove')
    return decision.how === 'deactivate' ? deactivationStep(entry) : NO_DIFFERENCE;
  if (decision.do !== 'create' && decision.do !== 'compare') return NO_DIFFERENCE;
  if (entry) return differenceStep(decision, entry, agreed);
  return isNew(match) ? newEntryStep(newHalf(decision.entra, decision.flows)) : NO_DIFFERENCE;
}

/** Whether an entry is to be made. */
function isNew(match: Match): boolean {
  if (match.is === 'taken') return match.yields;
  return match.is === 'none' || match.is === 'linked';
}
