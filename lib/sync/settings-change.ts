import { z } from 'zod';
import type { Connection } from './connection.ts';

/** One setting that was changed; without values where they are secret, personal or too long. */
export const settingChangeSchema = z.object({
  name: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type SettingChange = z.infer<typeof settingChangeSchema>;

/** What is no setting. */
const OWN = new Set(['id', 'settingsVersion', 'rulesVersion', 'createdAt', 'updatedAt', 'version']);
/** Settings whose values nobody is shown: the name in the vault says nothing, addresses are personal. */
const SILENT: ReadonlyMap<string, string> = new Map([
  ['entra.credentials', 'entra.credentials'],
  ['alerts.recipients', 'alerts.recipients'],
  ['alerts.webhook.secretName', 'alerts.webhook.secret'],
  ['welcome.webhook.secretName', 'welcome.webhook.secret'],
]);
const LONGEST_VALUE = 2_000;
const MOST_CHANGES = 100;

/** Which settings differ, by their names, in order. `before` undefined = the connection is new. */
export function settingChanges(before: Connection | undefined, after: Connection): SettingChange[] {
  const [old, now] = [leaves(before ?? {}), leaves(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changed = names.filter((name) => old.get(name) !== now.get(name));
  return changed.slice(0, MOST_CHANGES).map((name) => {
    const silent = SILENT.get(name);
    if (silent !== undefined) return { name: silent };
    const [was, is] = [old.get(name), now.get(name)];
    if ((was?.length ?? 0) + (is?.length ?? 0) > LONGEST_VALUE) return { name };
    return {
      name,
      ...(was !== undefined && { before: JSON.parse(was) }),
      ...(is !== undefined && { after: JSON.parse(is) }),
    };
  });
}

/** Settings by their paths, as text; a list is one setting. */
function leaves(settings: object): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: readonly string[]) => {
    if (value === undefined) return;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [name, one] of Object.entries(value)) walk(one, [...path, name]);
    else found.set(path.join('.'), JSON.stringify(nameless(value)));
  };
  for (const [name, one] of Object.entries(settings)) if (!OWN.has(name)) walk(one, [name]);
  return found;
}

/** Users and groups that rules name stand by their ids alone: names are personal, and change. */
function nameless(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((one: unknown) => {
    const isChosen = typeof one === 'object' && one !== null && 'id' in one && 'name' in one;
    return isChosen && Object.keys(one).length === 2 ? one.id : one;
  });
}
