import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../connection.ts';
import type { Rules } from './rules.ts';
import { rulesOf } from './rules-of.ts';

/** Which rules these are, and what they ask of Graph: the same text where the same comes of it. */
export const rulesKeySchema = z.object({
  rules: z.string(),
  selection: z.string(),
  /** The version of the settings that changed the rules; absent = they are those of the beginning. */
  version: z.number().optional(),
});
export type RulesKey = z.infer<typeof rulesKeySchema>;

const keys = new WeakMap<Rules, RulesKey>();

/** The key of rules by what they say alone. */
export function keyOf(rules: Rules): RulesKey {
  const known = keys.get(rules);
  if (known) return known;
  const key = { rules: hashOf(rules.settings), selection: hashOf(rules.selection) };
  keys.set(rules, key);
  return key;
}

function hashOf(thing: unknown): string {
  return createHash('sha256').update(JSON.stringify(thing)).digest('base64url').slice(0, 22);
}

type Ruled = Pick<Connection, 'rules' | 'rulesVersion'>;

/** The key of the rules that a connection has since they were changed the last time. */
export function currentKey(connection: Ruled): RulesKey {
  const { rulesVersion: version } = connection;
  return { ...keyOf(rulesOf(connection)), ...(version !== undefined && { version }) };
}

/**
 * Whether everybody was judged by a connection's rules. Rules that were changed and changed back are
 * others: what came in between was met by those in between.
 */
export function isJudgedBy(key: RulesKey | null, connection: Ruled): boolean {
  const current = currentKey(connection);
  return key?.rules === current.rules && key.version === current.version;
}

/** A connection as its settings are changed, with the version of its rules. */
export function withRulesVersion(before: Connection | undefined, after: Connection): Connection {
  if (!before) return after;
  const { rulesVersion: _, ...next } = after;
  const isSame = keyOf(rulesOf(before)).rules === keyOf(rulesOf(after)).rules;
  const rulesVersion = isSame ? before.rulesVersion : after.settingsVersion;
  return { ...next, ...(rulesVersion !== undefined && { rulesVersion }) };
}
