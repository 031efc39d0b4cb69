import type { Attributes, Kind, Properties, Value } from '../entry.ts';
import type { ExpressionContext } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression.ts';
import type { Half } from '../link.ts';
import { aliasesOf } from './aliases.ts';
import { namesFrom } from './names.ts';
import {
  ALIASES,
  type Evaluated,
  KEPT,
  type Mapping,
  type MappingSet,
  type Rules,
  SIGN_IN_METHOD,
  TAG,
} from './rules.ts';
import { scimValue } from './scim-value.ts';

const GIVEN = 'name.givenName';
const FAMILY = 'name.familyName';

/** What an object's properties come to in the application. */
export interface Mapped {
  readonly half: Half;
  /** Why it cannot be written, without values; null = it can. */
  readonly fault: string | null;
}

/** Where an object is mapped. */
export interface MapPlace {
  /** What Entra's side came to when both last met; undefined = the entry is to be created. */
  readonly before?: Half | undefined;
  readonly context: ExpressionContext;
  /** Is told where each value comes from, for those who want to know. */
  readonly trace?: Trace | undefined;
}

/**
 * Where a target's value comes from: its mapping; the mapping's default; what is there and stays,
 * since nothing flows this time, or no more; the display name; the alias templates; Tandem itself.
 */
export type Origin =
  | Mapping['type']
  | 'default'
  | 'kept'
  | 'unmapped'
  | 'display-name'
  | 'alias'
  | 'tandem';

/** Told once for every mapping, and once more for every value that comes from elsewhere. */
export interface Trace {
  readonly value: (target: string, value: Value | undefined, from: Origin) => void;
  readonly fault: (target: string, fault: ExpressionError) => void;
}

/**
 * Maps an object's properties to what the application should hold. Always from the whole of `seen`,
 * so that an item which carries one property of a computed mapping yields the right value.
 */
export function map(
  kind: Kind,
  properties: Properties,
  rules: Rules,
  { before, context, trace }: MapPlace,
): Mapped {
  const set = rules.mappings[kind];
  const attributes: Record<string, Value> = {};
  const sheet: Sheet = { attributes, trace };
  const faults: string[] = [];
  for (const mapping of set.mappings) {
    const { target } = mapping;
    try {
      const isOver = mapping.isCreationOnly && before !== undefined;
      const own = isOver ? KEPT : mapping.evaluate(properties, context);
      const value = own === KEPT ? before?.attributes[target] : (own ?? mapping.fallback);
      if (value !== undefined) attributes[target] = value;
      trace?.value(target, value, originOf(mapping, own, value));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      faults.push(`${target}: ${error.message}`);
      trace?.fault(target, error);
    }
  }
  if (kind === 'user') {
    const fault = completeNames(rules, properties, sheet);
    if (fault !== undefined) faults.push(fault);
    addOwn(rules, properties, sheet);
  }
  if (set.unmapped === 'keep') keepUnmapped(set, sheet, before);
  const missing = set.required.filter((name) => attributes[name] === undefined);
  if (missing.length > 0) faults.push(`Entra says nothing of ${missing.join(', ')}`);
  // Absent = never said: a user counts as enabled until Entra says otherwise.
  const active = kind === 'group' || properties.accountEnabled !== false;
  return { half: { active, attributes }, fault: faults.length > 0 ? faults.join('; ') : null };
}

/** What is mapped so far. */
interface Sheet {
  readonly attributes: Record<string, Value>;
  readonly trace: Trace | undefined;
}

function put({ attributes, trace }: Sheet, target: string, value: Value, from: Origin): void {
  attributes[target] = value;
  trace?.value(target, value, from);
}

function originOf(mapping: Mapping, own: Evaluated, value: Value | undefined): Origin {
  if (own === KEPT) return 'kept';
  return own === undefined && value !== undefined ? 'default' : mapping.type;
}

/** Names that are missing come from the display name, where that is allowed. */
function completeNames(
  { settings, mappings }: Rules,
  properties: Properties,
  sheet: Sheet,
): string | undefined {
  const { attributes } = sheet;
  const missing = [GIVEN, FAMILY].filter(
    (name) =>
      attributes[name] === undefined &&
      mappings.user.mappings.some(({ target }) => target === name),
  );
  const { missingNames } = settings.users;
  if (missing.length === 0 || missingNames === 'leave-empty') return undefined;
  if (missingNames === 'fail')
    return `Entra says nothing of ${missing.join(', ')}, and names are not taken from the display name`;
  const text = (value: Value | undefined) => (typeof value === 'string' ? value : undefined);
  const { givenName, familyName } = namesFrom(text(scimValue(properties.displayName)), {
    ...pick('givenName', text(attributes[GIVEN])),
    ...pick('familyName', text(attributes[FAMILY])),
  });
  for (const [name, value] of [
    [GIVEN, givenName],
    [FAMILY, familyName],
  ] as const)
    if (value !== undefined && attributes[name] === undefined)
      put(sheet, name, value, 'display-name');
  return undefined;
}

function pick<Name extends string>(name: Name, value: string | undefined) {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

/** What Tandem's own extension says of a user. */
function addOwn({ aliases }: Rules, properties: Properties, sheet: Sheet): void {
  if (!aliases) return;
  const names = aliasesOf(aliases, properties);
  if (names.length > 0) put(sheet, ALIASES, names, 'alias');
  put(sheet, TAG, 'AD synced', 'tandem');
  put(sheet, SIGN_IN_METHOD, 'entra', 'tandem');
}

/** What flowed once and flows no more stays as it is. */
function keepUnmapped({ mappings }: MappingSet, sheet: Sheet, before: Half | undefined): void {
  const mapped = new Set(mappings.map(({ target }) => target));
  const old: Attributes = before?.attributes ?? {};
  for (const [name, value] of Object.entries(old)) {
    const isFree = !mapped.has(name) && sheet.attributes[name] === undefined;
    if (isFree && name !== ALIASES && name !== 'entitlements') put(sheet, name, value, 'unmapped');
  }
}
