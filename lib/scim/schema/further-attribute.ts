import type { AttributeType } from './attribute.ts';
import { parseAttributeName } from './attribute-name.ts';

/** An attribute that a connection has beside the standard ones. */
export interface FurtherAttribute {
  /**
   * The flat SCIM name, with or without a URN: `badge`, `urn:…:CustomExtension:2.0:User:tag`. One
   * with a dot, such as `badge.value`, is a sub-attribute of a complex attribute.
   */
  readonly name: string;
  readonly type: Exclude<AttributeType, 'complex'>;
  /** Of a sub-attribute: whether the complex attribute that it belongs to is multi-valued. */
  readonly multiValued: boolean;
  readonly canonicalValues?: readonly string[];
}

/**
 * The attributes that mappings write into, the standard ones among them: those are passed over when
 * a schema is made. Of a target such as `badge[type eq "door"].value` the attribute is complex and
 * multi-valued, with `type` and `value`; of `badge.value` it is complex.
 */
export function furtherFromTargets(targets: readonly string[]): readonly FurtherAttribute[] {
  const parsed = targets.map(parseTarget);
  const types = typesOf(parsed);
  const found = new Map<string, FurtherAttribute>();
  for (const { base, sub } of parsed) {
    const canonicalValues = types.get(base.toLowerCase());
    const multiValued = canonicalValues !== undefined;
    const part = sub ?? (multiValued ? 'value' : undefined);
    const name = part === undefined ? base : `${base}.${part}`;
    found.set(name, { name, type: 'string', multiValued });
    if (!canonicalValues) continue;
    const label = `${base}.type`;
    found.set(label, { name: label, type: 'string', multiValued, canonicalValues });
  }
  return [...found.values()];
}

/** The types by which the elements of each multi-valued attribute are told apart. */
function typesOf(targets: readonly Target[]): ReadonlyMap<string, readonly string[]> {
  const types = new Map<string, readonly string[]>();
  for (const { base, type } of targets) {
    if (type === undefined) continue;
    const key = base.toLowerCase();
    types.set(key, [...new Set([...(types.get(key) ?? []), type])]);
  }
  return types;
}

interface Target {
  /** The attribute, with its URN. */
  readonly base: string;
  readonly sub: string | undefined;
  /** Of `[type eq "…"]`. */
  readonly type: string | undefined;
}

function parseTarget(target: string): Target {
  const open = target.indexOf('[');
  if (open < 0) {
    const { urn, name, sub } = parseAttributeName(target);
    return { base: urn === undefined ? name : `${urn}:${name}`, sub, type: undefined };
  }
  const close = target.lastIndexOf(']');
  const type = target.slice(target.indexOf('"', open) + 1, target.lastIndexOf('"', close));
  const rest = target.slice(close + 1);
  const sub = rest.startsWith('.') ? rest.slice(1) : undefined;
  return { base: target.slice(0, open), sub, type };
}
