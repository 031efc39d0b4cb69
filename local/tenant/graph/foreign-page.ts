import type { ObjectKind } from '../directory/directory-object.ts';
import type { Target } from '../strikes.ts';
import { type ForeignTenant, inForeignWords } from './foreign-tenant.ts';
import { emptyValue } from './properties.ts';
import { isDelta, kindAsked } from './request-kind.ts';

type Item = Readonly<Record<string, unknown>>;

/** What values come from. */
interface Replacing {
  readonly foreign: ForeignTenant;
  readonly isDelta: boolean;
}

/**
 * As many items of the same form, but of another tenant's objects. Items that stand for no user,
 * group or device stay as they are.
 */
export function foreignItems(
  foreign: ForeignTenant,
  target: Target,
  items: readonly unknown[],
): unknown[] {
  const asked = kindAsked(target);
  const replacing = { foreign, isDelta: isDelta(target) };
  const replaced = items.map((item) => {
    const kind = isItem(item) ? (typedKind(item) ?? asked) : undefined;
    return isItem(item) && kind !== undefined ? replacedItem(item, kind, replacing) : item;
  });
  return inForeignWords(replaced);
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'id' in value;
}

function typedKind(item: Item): ObjectKind | undefined {
  const type = item['@odata.type'];
  if (type === '#microsoft.graph.user') return 'user';
  if (type === '#microsoft.graph.group') return 'group';
  return type === '#microsoft.graph.device' ? 'device' : undefined;
}

function replacedItem(item: Item, kind: ObjectKind, replacing: Replacing): Item {
  const object = replacing.foreign.next(kind);
  const shown: Record<string, unknown> = { ...item, id: object.id };
  for (const [name, own] of Object.entries(item)) {
    if (name === 'id' || name === '@odata.type' || name === '@removed') continue;
    const value = isRelated(own)
      ? relatedValue(own, replacing)
      : (object.state.properties[name] ?? unset(kind, name, replacing));
    if (value === undefined) delete shown[name];
    else shown[name] = value;
  }
  return shown;
}

/** A delta leaves out what was never set, a plain read shows it empty. */
function unset(kind: ObjectKind, name: string, { isDelta: leavesOut }: Replacing): unknown {
  return leavesOut ? undefined : emptyValue(kind, name);
}

/** `members@delta`, `manager@delta`, or an expanded manager. */
function isRelated(value: unknown): value is Item | readonly Item[] {
  return Array.isArray(value) ? value.some(isTyped) : isTyped(value);
}

function isTyped(value: unknown): boolean {
  return isItem(value) && typedKind(value) !== undefined;
}

function relatedValue(value: Item | readonly Item[], replacing: Replacing): unknown {
  return Array.isArray(value)
    ? value.map((item: Item) => replacedItem(item, typedKind(item) ?? 'user', replacing))
    : replacedItem(value as Item, 'user', replacing);
}
