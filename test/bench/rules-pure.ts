import { evaluate } from '../../lib/sync/expressions/evaluate.ts';
import { compileRules } from '../../lib/sync/rules/compile.ts';
import { map } from '../../lib/sync/rules/map.ts';
import { parseObjectExpression } from '../../lib/sync/rules/object-expression.ts';
import { standingOf } from '../../lib/sync/rules/standing.ts';
import { named, type Tell } from './figures.ts';
import { EXPRESSIONS } from './rules-expressions.ts';
import { inventPeople, type Person } from './rules-people.ts';
import { RICH_RULES } from './rules-settings.ts';

const PEOPLE = 100_000;
/** What a thread does before it counts: the first calls are those of code that is not compiled. */
const WARM_UP = 5_000;
/** 20,000 people a second: a worker must wait for its tables, not for the rules. */
const BUDGET_SECONDS = PEOPLE / 20_000;

const context = { now: Date.UTC(2026, 0, 1), random: () => 0.5 };

const MEASURED = {
  join: EXPRESSIONS.displayName,
  replace: EXPRESSIONS['phoneNumbers[type eq "mobile"].value'],
  path: EXPRESSIONS['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department'],
} as const;

/** What judging and mapping cost a thread that reads nothing and writes nothing. */
export async function benchRulesPure(tell: Tell): Promise<void> {
  const own = named('rules.pure', tell);
  const people = inventPeople(PEOPLE);
  measureEntries(people, own);
  for (const [name, text] of Object.entries(MEASURED)) {
    const rate = rateOf(text, people);
    own({ name: `expression.${name}`, value: rate, unit: 'expressions/s', budget: null });
  }
}

function measureEntries(people: readonly Person[], tell: Tell): void {
  const rules = compileRules(RICH_RULES);
  let takingPart = 0;
  let faults = 0;
  const judge = ({ id, properties, roles }: Person) => {
    const { is } = standingOf({ kind: 'user', id, properties }, rules, roles);
    const { fault } = map('user', properties, rules, { context });
    if (is !== 'out') takingPart += 1;
    if (fault !== null) faults += 1;
  };
  people.slice(0, WARM_UP).forEach(judge);
  takingPart = 0;
  const seconds = secondsOf(() => people.forEach(judge));
  tell({ name: 'seconds', value: seconds, unit: 's', budget: BUDGET_SECONDS });
  tell({ name: 'rate', value: PEOPLE / seconds, unit: 'entries/s', budget: null });
  tell({ name: 'part', value: takingPart, unit: `of ${PEOPLE} entries`, budget: null });
  tell({ name: 'faults', value: faults, unit: 'entries', budget: 0 });
}

/** @returns how often a second an expression can be evaluated */
function rateOf(text: string, people: readonly Person[]): number {
  const { expression, entryOf } = parseObjectExpression('user', text);
  const run = ({ properties }: Person) => evaluate(expression, entryOf(properties), context);
  people.slice(0, WARM_UP).forEach(run);
  return PEOPLE / secondsOf(() => people.forEach(run));
}

function secondsOf(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1_000;
}
