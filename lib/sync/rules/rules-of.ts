import type { Connection } from '../connection.ts';
import { compileRules } from './compile.ts';
import { flattens } from './flattened.ts';
import type { Rules } from './rules.ts';
import { type RuleSettings, SETTINGS_OF_BEFORE } from './settings.ts';

const compiled = new WeakMap<RuleSettings, Rules>();

/** A connection's rules, read once for each time that its settings are loaded. */
export function rulesOf({ rules = SETTINGS_OF_BEFORE }: Pick<Connection, 'rules'>): Rules {
  const known = compiled.get(rules);
  if (known) return known;
  const fresh = compileRules(rules);
  compiled.set(rules, fresh);
  return fresh;
}

/** The same as they are kept: for those who only show them. */
export function ruleSettingsOf({
  rules = SETTINGS_OF_BEFORE,
}: Pick<Connection, 'rules'>): RuleSettings {
  return rules;
}

/** Whether anything of the application's reaches Entra. */
export function isExporting({ settings: { users, groups } }: Rules): boolean {
  return users.export || groups.export;
}

/** The group in Entra whose members the users are who are exported, by its id. */
export function targetGroupOf({ settings: { users } }: Rules): string | undefined {
  return users.export ? users.targetGroup?.id : undefined;
}

/** Whether somebody's groups decide about users, so that users cannot be judged by themselves. */
export function dependsOnGroups({ roots }: Rules): boolean {
  return Object.keys(roots).length > 0;
}

/** Whether anything is decided by which group is in which. */
export function goesByNesting(rules: Rules): boolean {
  return dependsOnGroups(rules) || flattens(rules);
}
