import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { EXPRESSIONS } from './rules-expressions.ts';

const groups = (...numbers: readonly number[]) =>
  numbers.map((number) => ({
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    name: `Group ${number}`,
  }));

/** Rules that use a bit of everything: the default mappings, and all that is asked of a user. */
export const RICH_RULES: RuleSettings = ruleSettingsSchema.parse({
  users: {
    scope: 'chosen',
    groups: groups(1, 2, 3),
    allow: groups(4),
    deny: groups(5),
    domains: ['contoso.example', '*.contoso.example', 'fabrikam.example'],
    types: 'members',
    aliases: '%givenName%.%surname%;%onPremisesSamAccountName%',
    mappings: Object.entries(EXPRESSIONS).map(([target, expression]) => ({
      type: 'expression',
      target,
      expression,
    })),
  },
  entitlements: [
    { value: 'reader', groups: groups(6, 7) },
    { value: 'editor', groups: groups(7, 8) },
    { value: 'owner', groups: groups(9) },
  ],
});
