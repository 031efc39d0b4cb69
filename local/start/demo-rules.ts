import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';

/** The demo connection brings over all there is, guests and groups without an e-mail address too. */
export const DEMO_RULES: RuleSettings = ruleSettingsSchema.parse({
  users: { types: 'both' },
  groups: { withoutMail: true },
});
