import { AppError } from '../../errors.ts';
import type { Kind, Value } from '../entry.ts';
import { candidates, evaluate } from '../expressions/evaluate.ts';
import { type Expression, ExpressionError } from '../expressions/expression.ts';
import { GROUP_NATURE } from '../group-nature.ts';
import { DEFAULT_MAPPINGS, type DefaultMapping } from '../mapping.ts';
import { attributesIn } from '../newcomers/sign-in-name.ts';
import { type AliasTemplates, parseAliases } from './aliases.ts';
import { flowsOf } from './exports.ts';
import { expressionValue, scimValues } from './expression-value.ts';
import type { MappingSetting } from './mapping-setting.ts';
import { isMatchingAttribute, MATCHING_ATTRIBUTES, type MatchingAttribute } from './matching.ts';
import { parseObjectExpression } from './object-expression.ts';
import { propertyNamed, type Selection, TRACKED } from './properties.ts';
import { MANAGER, type Mapping, type MappingSet, type Rules } from './rules.ts';
import { scimValue } from './scim-value.ts';
import type { RuleSettings } from './settings.ts';

/**
 * Reads and checks a connection's rules, so that nothing in them can fail later but values.
 * @throws AppError `bad-request` that names the setting and what is wrong with it
 */
export function compileRules(settings: RuleSettings): Rules {
  const aliases = aliasesOf(settings);
  const mappings = {
    user: mappingSet('user', settings),
    group: mappingSet('group', settings),
  };
  const flows = {
    user: flowsOf('user', settings, refused),
    group: flowsOf('group', settings, refused),
  };
  refuseOwnEntitlements(settings, mappings.user);
  refuseCreation(settings);
  const hasManager = !settings.users.mappings.some(
    ({ target, type }) => target === MANAGER && type === 'none',
  );
  const selection: Selection = {
    properties: {
      user: selected(mappings.user, userSources(settings, mappings.user, aliases)),
      group: selected(mappings.group, groupSources(settings)),
    },
    relationships: { user: hasManager, group: true },
  };
  const roots = rootsOf(settings);
  return { settings, mappings, flows, aliases, selection, roots };
}

function aliasesOf({ users }: RuleSettings): AliasTemplates | null {
  if (users.aliases === null) return null;
  return at('users.aliases', () => parseAliases(users.aliases ?? '', Object.keys(TRACKED.user)));
}

/** The defaults, each replaced by what the settings say of its target, and what they add. */
function mappingSet(kind: Kind, settings: RuleSettings): MappingSet {
  const path = kind === 'user' ? 'users.mappings' : 'groups.mappings';
  const own = kind === 'user' ? settings.users : settings.groups;
  const { required, mappings: defaults } = DEFAULT_MAPPINGS[kind];
  const targets = new Map<string, Mapping | null>();
  for (const mapping of defaults) targets.set(mapping.target, ofDefault(mapping));
  const seen = new Set<string>();
  for (const [index, setting] of own.mappings.entries()) {
    const place = `${path}.${index}`;
    if (seen.has(setting.target)) throw refused(`${place}.target`, 'is mapped twice');
    seen.add(setting.target);
    const mapping = compileMapping(kind, setting, { path: place, isExported: own.export });
    if (mapping?.unique && settings.users.matching.includes(mapping.unique.attribute))
      throw refused(
        `${place}.expression`,
        'SelectUniqueValue cannot make what entries are matched by',
      );
    targets.set(setting.target, mapping);
  }
  const isForEntraAlone = new Set(own.mappings.filter(isExportAlone).map(({ target }) => target));
  for (const name of required)
    if (!targets.get(name) || isForEntraAlone.has(name))
      throw refused(path, `${name} cannot be left unmapped`);
  const mappings = [...targets.values()].filter((mapping) => mapping !== null);
  return { mappings, required, unmapped: own.unmapped };
}

function ofDefault(mapping: DefaultMapping): Mapping {
  const { target } = mapping;
  const evaluateIt: Mapping['evaluate'] =
    mapping.type === 'direct'
      ? (properties) => scimValue(properties[mapping.source])
      : (properties) => joined(mapping.sources.map((source) => scimValue(properties[source])));
  const sources = mapping.type === 'direct' ? [mapping.source] : mapping.sources;
  return { target, type: 'property', sources, isCreationOnly: false, evaluate: evaluateIt };
}

function isExportAlone(setting: MappingSetting): boolean {
  return setting.type !== 'none' && setting.direction === 'export';
}

/** @returns null where nothing flows into the target, nor from it */
function compileMapping(
  kind: Kind,
  setting: MappingSetting,
  { path, isExported }: { readonly path: string; readonly isExported: boolean },
): Mapping | null {
  const { target } = setting;
  if (target === MANAGER && setting.type !== 'none')
    throw refused(`${path}.target`, 'the manager flows by itself, or not at all (type "none")');
  if (setting.type === 'none') return null;
  const { isVolatile, candidates, ...source } = sourceOf(kind, setting, path);
  const unique = candidates && { attribute: uniqueTarget(kind, target, path), candidates };
  if (setting.direction === 'export' && !isExported) return null;
  const isCreationOnly = isVolatile || setting.apply === 'creation';
  const { default: fallback } = setting;
  return { ...source, target, isCreationOnly, fallback, ...(unique && { unique }) };
}

/** Where it can be asked whether a value is free. */
function uniqueTarget(kind: Kind, target: string, path: string): MatchingAttribute {
  if (kind === 'user' && isMatchingAttribute(target)) return target;
  const where = MATCHING_ATTRIBUTES.join(', ');
  throw refused(`${path}.expression`, `SelectUniqueValue works for users' ${where} only`);
}

type Source = Pick<Mapping, 'type' | 'sources' | 'expression' | 'evaluate'> & {
  readonly isVolatile: boolean;
  readonly candidates?: NonNullable<Mapping['unique']>['candidates'];
};

function sourceOf(
  kind: Kind,
  setting: Exclude<MappingSetting, { type: 'none' }>,
  path: string,
): Source {
  switch (setting.type) {
    case 'constant':
      return {
        type: 'constant',
        sources: [],
        isVolatile: false,
        evaluate: () => setting.value,
      };
    case 'direct': {
      const source = propertyOf(kind, setting.source, `${path}.source`);
      return {
        type: 'property',
        sources: [source],
        isVolatile: false,
        evaluate: (properties) => scimValue(properties[source]),
      };
    }
    case 'expression': {
      const { expression, sources, entryOf } = at(`${path}.expression`, () =>
        parseObjectExpression(kind, setting.expression),
      );
      return {
        type: 'expression',
        sources,
        expression: expression.text,
        isVolatile: expression.isVolatile,
        evaluate: (properties, context) =>
          expressionValue(() => evaluate(expression, entryOf(properties), context)),
        ...(isChoice(expression) && {
          candidates: (properties, context) =>
            candidates(expression, entryOf(properties), context).flatMap((value) => {
              const text = scimValues(value);
              return typeof text === 'string' ? [text] : [];
            }),
        }),
      };
    }
  }
}

function isChoice({ root }: Expression): boolean {
  return root.kind === 'call' && root.name === 'SelectUniqueValue';
}

function propertyOf(kind: Kind, name: string, path: string): string {
  const property = propertyNamed(kind, name);
  if (!property.ok) throw refused(path, property.reason);
  return property.name;
}

/** What is made in Entra is named by what the application has. */
function refuseCreation({ users }: RuleSettings): void {
  if (!users.create) return;
  const names = attributesIn(users.create.userPrincipalName);
  if (!names || names.length === 0)
    throw refused(
      'users.create.userPrincipalName',
      'is made of attributes in braces, such as {userName} or {name.givenName}.{name.familyName}',
    );
  const marker = users.create.marker;
  if (users.mappings.some((mapping) => 'source' in mapping && mapping.source === marker))
    throw refused('users.create.marker', `${marker} is mapped; choose another property`);
}

function refuseOwnEntitlements({ entitlements }: RuleSettings, { mappings }: MappingSet): void {
  const values = entitlements.map(({ value }) => value);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw refused('entitlements', 'a value stands twice');
  if (values.length > 0 && mappings.some(({ target }) => target === 'entitlements'))
    throw refused('users.mappings', 'entitlements come from groups, or from a mapping: not both');
}

/** What is synced from on-premises cannot be written (Graph docs: user resource type). */
export const SYNCED = 'onPremisesSyncEnabled';

function userSources(
  { users }: RuleSettings,
  { mappings }: MappingSet,
  aliases: AliasTemplates | null,
): string[] {
  const mapsNames = mappings.some(({ target }) => /^name\.(given|family)Name$/.test(target));
  return [
    // Whether an entry is active is no mapping.
    'accountEnabled',
    ...(users.export ? [SYNCED] : []),
    ...(users.create ? [users.create.marker] : []),
    ...(users.domains.length > 0 ? [users.domainOf] : []),
    // Guests adopt nothing, whoever takes part.
    ...(users.types === 'both' && users.existing === 'skip' ? [] : ['userType']),
    ...(mapsNames && users.missingNames === 'display-name' ? ['displayName'] : []),
    ...(aliases?.sources ?? []),
  ];
}

function groupSources({ users, groups }: RuleSettings): string[] {
  const writesMembers = groups.export || users.targetGroup !== undefined;
  return [
    ...(writesMembers ? [SYNCED, ...GROUP_NATURE] : []),
    ...(groups.create ? ['mailNickname'] : []),
    ...(groups.withoutMail ? [] : ['mail']),
    ...(groups.names.length + groups.prefixes.length > 0 ? ['displayName'] : []),
  ];
}

function selected({ mappings }: MappingSet, others: readonly string[]): string[] {
  return [...new Set([...mappings.flatMap(({ sources }) => sources), ...others])].sort();
}

/** The groups by whose members something is decided, by what it is. */
function rootsOf({ users, entitlements }: RuleSettings): Rules['roots'] {
  const ids = (chosen: readonly { readonly id: string }[]) => chosen.map(({ id }) => id);
  const roots: Record<string, readonly string[]> = {};
  if (users.scope === 'chosen') roots.scope = ids(users.groups);
  if (users.allow.length > 0) roots.allow = ids(users.allow);
  if (users.deny.length > 0) roots.deny = ids(users.deny);
  for (const { value, groups } of entitlements) roots[`entitlement:${value}`] = ids(groups);
  return roots;
}

function joined(values: readonly (Value | undefined)[]): string | undefined {
  const there = values.filter((value) => typeof value === 'string');
  return there.length > 0 ? there.join(' ') : undefined;
}

function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionError || error instanceof AppError)
      throw refused(path, error.message);
    throw error;
  }
}

function refused(path: string, why: string): AppError {
  return new AppError('bad-request', `rules.${path}: ${why}`);
}
