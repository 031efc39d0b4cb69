import type { Kind } from '../sync/entry.ts';
import { isExtensionAttribute, type Selection } from '../sync/rules/properties.ts';

/** Relationships are asked for in `$select` too (Graph docs: delta query overview). */
const RELATIONSHIP: Readonly<Record<Kind, string>> = { user: 'manager', group: 'members' };

/** The value of `$select` for a kind's first delta request; it holds for the whole round and those after. */
export function deltaSelect(kind: Kind, selection: Selection): string {
  const own = readSelect(kind, selection);
  return selection.relationships[kind] ? `${own},${RELATIONSHIP[kind]}` : own;
}

/** The value of `$select` for reading an object by id, where relationships have other ways. */
export function readSelect(kind: Kind, selection: Selection): string {
  return [...new Set(['id', ...selection.properties[kind].map(selectable)])].join(',');
}

/** Single ones cannot be selected (Graph docs: user resource type, onPremisesExtensionAttributes). */
function selectable(name: string): string {
  return isExtensionAttribute(name) ? 'onPremisesExtensionAttributes' : name;
}
