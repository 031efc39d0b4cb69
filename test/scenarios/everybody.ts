import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';

/** Rules by which all there is takes part, and nothing is added. */
export const EVERYBODY = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});
