import type { Attributes, Kind, Value } from '../entry.ts';
import type { Origin, Trace } from '../rules/map.ts';
import { MANAGER, type Rules } from '../rules/rules.ts';

/** What one attribute of the application would hold, and where that comes from. */
export interface MappedTarget {
  readonly target: string;
  /** Null where nothing flows, and the attribute is empty. */
  readonly value: Value | null;
  readonly from: Origin | 'groups' | 'manager';
  /** The properties that are read for it. */
  readonly sources?: readonly string[];
  readonly expression?: string;
  /** Why there is no value, and where in the expression, counted from 0. */
  readonly fault?: string;
  readonly position?: number;
}

/** How an object's properties become attributes. */
export interface MappingStep {
  readonly step: 'mapping';
  readonly ok: boolean;
  readonly targets: readonly MappedTarget[];
  /** Why the object cannot be written. */
  readonly fault?: string;
}

/** Listens while an object is mapped. */
export interface Listener {
  readonly trace: Trace;
  /** What was told so far: the last word on each target, in the order of the first. */
  readonly targets: () => readonly MappedTarget[];
}

/** Puts down what the mapping of an object by these rules tells. */
export function listenTo(kind: Kind, { mappings, aliases }: Rules): Listener {
  const known = new Map(mappings[kind].mappings.map((mapping) => [mapping.target, mapping]));
  const told = new Map<string, MappedTarget>();
  const of = (target: string, from: MappedTarget['from']): MappedTarget => {
    if (from === 'display-name') return { target, value: null, from, sources: ['displayName'] };
    if (from === 'alias') return { target, value: null, from, sources: aliases?.sources ?? [] };
    const mapping = known.get(target);
    const isOwn = mapping && (from === mapping.type || from === 'default' || from === 'kept');
    if (!isOwn) return { target, value: null, from };
    const { sources, expression } = mapping;
    const read = { ...(sources.length > 0 && { sources }), ...(expression && { expression }) };
    return { target, value: null, from, ...read };
  };
  return {
    trace: {
      value: (target, value, from) => {
        told.set(target, { ...of(target, from), value: value ?? null });
      },
      fault: (target, { message, position }) => {
        const from = known.get(target)?.type ?? 'expression';
        told.set(target, { ...of(target, from), fault: message, position });
      },
    },
    targets: () => [...told.values()],
  };
}

/** What was mapped, as attributes. */
export function attributesOf(targets: readonly MappedTarget[]): Attributes {
  return Object.fromEntries(
    targets.flatMap(({ target, value }) => (value === null ? [] : [[target, value]])),
  );
}

/** What comes of a mapping. */
export interface MappingFacts {
  readonly targets: readonly MappedTarget[];
  /** What is to be written in the end: names may have been chosen, entitlements added. */
  readonly attributes: Attributes;
  readonly fault: string | null;
  /** The Entra id of the manager; null where none flows. */
  readonly manager: string | null;
}

export function mappingStep({ targets, attributes, fault, manager }: MappingFacts): MappingStep {
  const mapped = targets.map((one) => {
    const value = attributes[one.target];
    return value === undefined ? one : { ...one, value };
  });
  const { entitlements } = attributes;
  const isMapped = targets.some(({ target }) => target === 'entitlements');
  return {
    step: 'mapping',
    ok: fault === null,
    targets: [
      ...mapped,
      ...(entitlements !== undefined && !isMapped
        ? [{ target: 'entitlements', value: entitlements, from: 'groups' as const }]
        : []),
      ...(manager === null
        ? []
        : [{ target: MANAGER, value: manager, from: 'manager' as const, sources: ['manager'] }]),
    ],
    ...(fault !== null && { fault }),
  };
}
