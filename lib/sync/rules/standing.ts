import type { Kind, Properties } from '../entry.ts';
import { foldName } from '../fold-name.ts';
import { isOfDomains } from './domains.ts';
import { isGuest } from './is-guest.ts';
import type { Rules } from './rules.ts';

/** The roles that a user's groups give it: names of {@link Rules.roots}. */
export type Roles = ReadonlySet<string>;
export const NO_ROLES: Roles = new Set();

/** The settings that can decide, as administrators write them. */
export const STANDING_RULES = [
  'users.types',
  'users.domains',
  'users.accounts',
  'users.scope',
  'users.deny',
  'users.allow',
  'groups.policy',
  'groups.scope',
  'groups.withoutMail',
] as const;
type StandingRule = (typeof STANDING_RULES)[number];

/**
 * Whether an object takes part, and the rule that decides.
 *
 * | is | the application has |
 * | --- | --- |
 * | in | the entry, active where the account is |
 * | inactive | the entry, inactive |
 * | out | no entry of it, or one that is to leave |
 */
export interface Standing {
  readonly is: 'in' | 'inactive' | 'out';
  /** The setting that decides; null = none had to. */
  readonly rule: StandingRule | null;
  /** What its groups entitle it to, sorted. */
  readonly entitlements: readonly string[];
}

const IN: Standing = { is: 'in', rule: null, entitlements: [] };

/** Where an object stands by a connection's rules. */
export function standingOf(
  object: { readonly kind: Kind; readonly id: string; readonly properties: Properties },
  rules: Rules,
  roles: Roles,
): Standing {
  return object.kind === 'user' ? ofUser(object, rules, roles) : ofGroup(object, rules);
}

/**
 * | in this order | then |
 * | --- | --- |
 * | a guest (or a member) where only members (guests) take part | out |
 * | of none of the domains | out |
 * | disabled, where only enabled accounts take part | out |
 * | not chosen, nor in a chosen group | out |
 * | in a denied group | refused |
 * | in no allowed group, where there are any | refused |
 */
function ofUser(
  { id, properties }: { readonly id: string; readonly properties: Properties },
  { settings, roots }: Rules,
  roles: Roles,
): Standing {
  const { users } = settings;
  const rule = baseRule(id, properties, { settings, roles });
  if (rule !== null) return { is: 'out', rule, entitlements: [] };
  const entitlements = settings.entitlements
    .map(({ value }) => value)
    .filter((value) => roles.has(`entitlement:${value}`))
    .sort();
  const refusal = roots.deny && roles.has('deny') ? 'users.deny' : undefined;
  const unlisted = roots.allow && !roles.has('allow') ? 'users.allow' : undefined;
  const refused = refusal ?? unlisted;
  if (refused === undefined) return { ...IN, entitlements };
  if (users.refused === 'left-out') return { is: 'out', rule: refused, entitlements: [] };
  return { is: 'inactive', rule: refused, entitlements };
}

/** The setting by which a user is not in the base scope; null = it is. */
function baseRule(
  id: string,
  properties: Properties,
  { settings, roles }: Pick<Rules, 'settings'> & { readonly roles: Roles },
): StandingRule | null {
  const { users } = settings;
  const isWanted = users.types === 'both' || isGuest(properties) === (users.types === 'guests');
  if (!isWanted) return 'users.types';
  const address = text(properties[users.domainOf]);
  if (users.domains.length > 0 && !isOfDomains(address, users.domains)) return 'users.domains';
  if (users.accounts === 'enabled' && properties.accountEnabled === false) return 'users.accounts';
  const isChosen =
    users.scope === 'all' || roles.has('scope') || users.users.some((chosen) => chosen.id === id);
  return isChosen ? null : 'users.scope';
}

/** Groups that rules go by need no e-mail address, but they must be in the scope like others. */
function ofGroup(
  { id, properties }: { readonly id: string; readonly properties: Properties },
  { settings }: Rules,
): Standing {
  const { groups } = settings;
  if (groups.policy.some((chosen) => chosen.id === id)) return { ...IN, rule: 'groups.policy' };
  if (groups.scope === 'none') return { ...IN, is: 'out', rule: 'groups.scope' };
  if (groups.scope === 'chosen' && !isChosen(id, text(properties.displayName), groups))
    return { ...IN, is: 'out', rule: 'groups.scope' };
  const isExempt = groups.withoutMail || rulingGroups(settings).has(id);
  if (!isExempt && text(properties.mail) === undefined)
    return { ...IN, is: 'out', rule: 'groups.withoutMail' };
  return IN;
}

function isChosen(
  id: string,
  displayName: string | undefined,
  { ids, names, prefixes }: Rules['settings']['groups'],
): boolean {
  if (ids.includes(id)) return true;
  const name = foldName(displayName ?? '');
  return (
    names.some((one) => foldName(one) === name) ||
    prefixes.some((prefix) => name.startsWith(foldName(prefix)))
  );
}

/** Groups by which users take part, are refused or entitled. */
function rulingGroups({ users, entitlements }: Rules['settings']): ReadonlySet<string> {
  const chosen = [
    ...users.groups,
    ...users.allow,
    ...users.deny,
    ...entitlements.flatMap(({ groups }) => groups),
  ];
  return new Set(chosen.map(({ id }) => id));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
