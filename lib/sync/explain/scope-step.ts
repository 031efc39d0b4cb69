import type { Json, Kind } from '../entry.ts';
import type { Rules } from '../rules/rules.ts';
import type { Chosen, RuleSettings } from '../rules/settings.ts';
import type { Standing } from '../rules/standing.ts';

/** A group that has a part in the decision. */
export interface ConcernedGroup {
  /** The setting that names it, or a group that it is nested in. */
  readonly setting: string;
  readonly id: string;
  readonly name?: string;
  readonly isMember: boolean;
}

/** Whether an object takes part, and by which rule. */
export interface ScopeStep {
  readonly step: 'scope';
  readonly ok: boolean;
  readonly is: Standing['is'];
  /** The setting that decides, as administrators write it; null = none had to. */
  readonly rule: string | null;
  /** What stands there. */
  readonly setting?: Json;
  readonly entitlements?: readonly string[];
  /** Those of which no seat is free. */
  readonly unseated?: readonly string[];
  /** Where groups decide about users. */
  readonly groups?: readonly ConcernedGroup[];
  /** Whether the sync has read the user's groups already. */
  readonly groupsKnown?: boolean;
  /** When the sync last read who is in which group; null = never. */
  readonly groupsAsOf?: string | null;
  readonly detail: string;
}

/** What the sync knows of a user's groups. */
export interface GroupFacts {
  /** Which of the user's own groups give it a role. */
  readonly through: (role: string) => readonly string[];
  /** Names of groups, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
  readonly isKnown: boolean;
  readonly asOf: string | null;
}

/** What is shown of a list of groups that may be as long as a setting allows. */
const MOST_GROUPS = 20;

/** By which rules an object stands where. */
export interface StandingFacts {
  readonly rules: Rules;
  readonly standing: Standing;
  readonly unseated: readonly string[];
}

/** @param groups null where no groups decide about the object */
export function scopeStep(
  object: { readonly kind: Kind; readonly id: string },
  { rules, standing, unseated }: StandingFacts,
  groups: GroupFacts | null,
): ScopeStep {
  const { is, entitlements } = standing;
  const rule = standing.rule ?? admittingRule(object, rules, groups);
  const setting = rule === null ? undefined : settingAt(rules.settings, rule);
  const outcome = {
    in: 'it takes part',
    inactive: `${rule} refuses it: its entry is inactive`,
    out: `${rule} leaves it out`,
  }[is];
  const isByGroups = rule === null || !WITHOUT_GROUPS.has(rule);
  const unknown = isByGroups && groups?.isKnown === false ? `; ${UNKNOWN_GROUPS}` : '';
  return {
    step: 'scope',
    ok: is === 'in',
    is,
    rule,
    ...(setting !== undefined && { setting }),
    ...(rules.settings.entitlements.length > 0 && object.kind === 'user' && { entitlements }),
    ...(unseated.length > 0 && { unseated }),
    ...(groups && {
      groups: concerned(rules, rule, groups),
      groupsKnown: groups.isKnown,
      groupsAsOf: groups.asOf,
    }),
    detail: `${outcome}${unknown}`,
  };
}

/** Who is left out by one of these is so whatever the groups. */
const WITHOUT_GROUPS: ReadonlySet<string> = new Set([
  'users.types',
  'users.domains',
  'users.accounts',
]);

const UNKNOWN_GROUPS =
  'the sync has not read the groups of this user yet, and what they decide shows after its next round';

/** The setting by which an object is in the scope, where not everything is. */
function admittingRule(
  { kind, id }: { readonly kind: Kind; readonly id: string },
  { settings }: Rules,
  groups: GroupFacts | null,
): string | null {
  const { scope, users } = settings.users;
  if (kind === 'group') return settings.groups.scope === 'chosen' ? 'groups.scope' : null;
  if (scope === 'all') return null;
  if (users.some((chosen) => chosen.id === id)) return 'users.users';
  return groups && groups.through('scope').length > 0 ? 'users.groups' : null;
}

/** The user's groups that play a part; of a setting that decides since it is in none, those it asks for. */
function concerned(
  { settings, roots }: Rules,
  rule: string | null,
  { through, names }: GroupFacts,
): readonly ConcernedGroup[] {
  const own = Object.keys(roots).flatMap((role) => {
    const { setting, chosen } = rootsOf(role, settings);
    return through(role).map((id) =>
      concernedGroup(id, names, { setting, chosen, isMember: true }),
    );
  });
  const missed = rule === 'users.scope' ? 'scope' : rule === 'users.allow' ? 'allow' : undefined;
  if (missed === undefined) return own.slice(0, MOST_GROUPS);
  const { setting, chosen } = rootsOf(missed, settings);
  const asked = chosen.map(({ id }) =>
    concernedGroup(id, names, { setting, chosen, isMember: false }),
  );
  return [...own, ...asked].slice(0, MOST_GROUPS);
}

/** A setting and the groups that it names. */
interface Named {
  readonly setting: string;
  readonly chosen: readonly Chosen[];
}

/** The setting behind a role. */
function rootsOf(role: string, { users, entitlements }: RuleSettings): Named {
  if (role === 'scope') return { setting: 'users.groups', chosen: users.groups };
  if (role === 'allow') return { setting: 'users.allow', chosen: users.allow };
  if (role === 'deny') return { setting: 'users.deny', chosen: users.deny };
  const at = entitlements.findIndex(({ value }) => role === `entitlement:${value}`);
  return { setting: `entitlements.${at}.groups`, chosen: entitlements[at]?.groups ?? [] };
}

function concernedGroup(
  id: string,
  names: ReadonlyMap<string, string>,
  { chosen, ...rest }: Pick<ConcernedGroup, 'setting' | 'isMember'> & Pick<Named, 'chosen'>,
): ConcernedGroup {
  const name = names.get(id) ?? chosen.find((one) => one.id === id)?.name;
  return { id, ...(name !== undefined && { name }), ...rest };
}

/** What stands at a setting; lists of groups and users are shown where they matter instead. */
function settingAt({ users, groups }: RuleSettings, rule: string): Json | undefined {
  const [part, name = ''] = rule.split('.');
  const section: Readonly<Record<string, unknown>> = part === 'users' ? users : groups;
  const value = section[name];
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const isPlain = Array.isArray(value) && value.every((one) => typeof one === 'string');
  return isPlain ? value.slice(0, MOST_GROUPS) : undefined;
}
