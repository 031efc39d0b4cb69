import type { Decision, Removal } from '../reconcile.ts';
import type { RuleSettings } from '../rules/settings.ts';
import type { Standing } from '../rules/standing.ts';
import { type DifferenceStep, isSame } from './difference-step.ts';
import type { Match } from './match-step.ts';

/** What is to be done, and why. */
export interface ActionStep {
  readonly step: 'action';
  readonly ok: boolean;
  readonly action:
    | 'create'
    | 'update'
    | 'adopt'
    | 'deactivate'
    | 'delete'
    | 'none'
    | 'skip'
    | 'wait';
  readonly reason: string;
}

/** What an action is chosen by. */
export interface ActionFacts {
  readonly decision: Decision;
  readonly standing: Standing;
  readonly match: Match;
  readonly difference: DifferenceStep;
  readonly settings: RuleSettings;
  readonly isGuest: boolean;
}

export function actionStep(facts: ActionFacts): ActionStep {
  const { decision } = facts;
  switch (decision.do) {
    case 'wait':
      return act('wait', decision.detail);
    case 'remove':
      return removalStep(decision, facts.settings);
    case 'nothing':
      return act('none', idleReason(facts));
    default:
      return entryStep(facts);
  }
}

const STOPS: ReadonlySet<ActionStep['action']> = new Set(['skip', 'wait']);

function act(action: ActionStep['action'], reason: string): ActionStep {
  return { step: 'action', ok: !STOPS.has(action), action, reason };
}

/** Of an object that takes part, whatever the application has of it. */
function entryStep(facts: ActionFacts): ActionStep {
  const { match, isGuest } = facts;
  switch (match.is) {
    case 'linked':
      return linkedStep(facts, match.entry !== null);
    case 'own':
      return act('adopt', 'an entry carries its id already');
    case 'existing': {
      const found = `an entry with the same ${match.by} is there already`;
      if (match.adopts) return act('adopt', `${found}, and users.existing is "adopt"`);
      const why = isGuest ? 'guests adopt no entries' : 'users.existing is "skip"';
      return act('skip', `${found}, and ${why}`);
    }
    case 'ambiguous':
      return act('wait', `several entries have the same ${match.by}: it must be one`);
    case 'taken':
      return match.yields
        ? act('create', 'the application has no entry of it; the other entry yields the user name')
        : act('wait', 'another entry holds the user name: one of the two must change');
    case 'none':
      return act('create', 'the application has no entry of it');
  }
}

function linkedStep({ difference, standing }: ActionFacts, isThere: boolean): ActionStep {
  if (!isThere) return act('create', 'its entry is gone from the application');
  if (isSame(difference)) return act('none', 'the entry holds what it should');
  if (difference.active?.to !== false)
    return act('update', 'the entry differs from what it should hold');
  const cause = standing.is === 'in' ? 'the account is disabled' : `${standing.rule} refuses it`;
  return act('deactivate', `${cause}; the guard is asked first`);
}

function removalStep({ why, appId, how, graceDays }: Removal, { users }: RuleSettings): ActionStep {
  if (appId === null) return act('none', 'the application has no entry of it');
  const cause = 'left' in why ? `${why.left} leaves it out` : 'Entra reported it as removed';
  const isSpared = how === 'deactivate' && users.leaving === 'delete' && graceDays === undefined;
  const spared = isSpared ? ', and users.neverDelete keeps its entry' : '';
  const days = graceDays === undefined ? '' : `, and it is deleted after ${graceDays} days`;
  return act(how, `${cause}${spared}${days}; the guard is asked first`);
}

function idleReason({ standing, match }: ActionFacts): string {
  if (standing.is !== 'out') return 'nothing is to be done';
  if (match.is !== 'linked') return `it takes no part (${standing.rule})`;
  return `it takes no part (${standing.rule}), and its entry is left as it is`;
}
