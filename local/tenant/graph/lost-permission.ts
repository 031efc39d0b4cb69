import type { FaultOf } from '../faults.ts';

/** What stays where a fault names no properties. */
const KEPT = new Set(['id', 'displayName', 'userPrincipalName']);
const RELATIONSHIPS = new Set(['manager', 'members']);

/** The item as it shows once the permission for some properties is gone; its id always stays. */
export function withoutProperties(item: unknown, fault: FaultOf<'lostPermission'>): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const shown: Record<string, unknown> = { ...item };
  for (const name of Object.keys(item)) {
    if (!isLost(name, fault.properties)) continue;
    if (fault.mode === 'null' && !isRelationship(name)) shown[name] = null;
    else delete shown[name];
  }
  return shown;
}

const plain = (name: string): string => name.replace(/@delta$/, '');
const isRelationship = (name: string): boolean => RELATIONSHIPS.has(plain(name));

function isLost(name: string, properties: readonly string[] | undefined): boolean {
  if (name === 'id' || name.startsWith('@')) return false;
  if (properties !== undefined) return properties.includes(plain(name));
  return !KEPT.has(name) && !isRelationship(name);
}
