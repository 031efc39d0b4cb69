import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';

/** Whoever is in one group takes part; all groups are imported, with their members who do. */
export function rulesOfGroup(id: string): RuleSettings {
  return ruleSettingsSchema.parse({
    users: { scope: 'chosen', groups: [{ id }], types: 'both' },
    groups: { withoutMail: true },
  });
}
