import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import { keyOf } from '../../../../lib/sync/rules/rules-key.ts';
import { dependsOnGroups } from '../../../../lib/sync/rules/rules-of.ts';
import {
  askedRulesSchema,
  DEFAULT_SETTINGS,
  ruleSettingsSchema,
  SETTINGS_OF_BEFORE,
} from '../../../../lib/sync/rules/settings.ts';

const compiled = (rules: object) => compileRules(ruleSettingsSchema.parse(rules));
const mappings = (...some: object[]) => compiled({ users: { mappings: some, aliases: null } });
const id = '00000000-0000-4000-8000-000000000001';

describe('what is asked of Graph', () => {
  it('is what the rules need, and nothing else', () => {
    const { user, group } = compileRules(DEFAULT_SETTINGS).selection.properties;
    expect(user).not.toContain('usageLocation');
    expect(user).toContain('onPremisesSamAccountName');
    expect(user).toContain('userType');
    expect(group).toEqual(['displayName', 'mail']);
    const before = compileRules(SETTINGS_OF_BEFORE).selection;
    expect(before.properties.group).toEqual(['displayName']);
    expect(before.properties.user).not.toContain('onPremisesSamAccountName');
  });

  it.each([
    [{ types: 'both', existing: 'skip' }, false],
    [{ types: 'both', existing: 'adopt' }, true],
    [{ types: 'members', existing: 'skip' }, true],
  ])('is whether somebody is a guest, with %j: %s', (users, isAsked) => {
    const mapped = [{ target: 'userType', type: 'none' }];
    const { user } = compiled({ users: { ...users, mappings: mapped } }).selection.properties;
    expect(user.includes('userType')).toBe(isAsked);
  });

  it.each<[string, object, string[], string[]]>([
    [
      'a direct source',
      { type: 'direct', target: 'title', source: 'faxnumber' },
      ['faxNumber'],
      ['jobTitle'],
    ],
    [
      'all sources of an expression',
      { type: 'expression', target: 'title', expression: 'Join("-", [City], [state])' },
      ['city', 'state'],
      ['jobTitle'],
    ],
    [
      'an extension attribute',
      { type: 'direct', target: 'title', source: 'extensionAttribute7' },
      ['extensionAttribute7'],
      [],
    ],
    [
      'nothing of what is unmapped',
      { type: 'none', target: 'emails[type eq "work"].value' },
      [],
      ['mail'],
    ],
  ])('%s', (_, mapping, wanted, unwanted) => {
    const { user } = mappings(mapping).selection.properties;
    for (const name of wanted) expect(user).toContain(name);
    for (const name of unwanted) expect(user).not.toContain(name);
  });

  it('is no manager where none flows', () => {
    const target = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
    expect(mappings().selection.relationships.user).toBe(true);
    expect(mappings({ type: 'none', target }).selection.relationships.user).toBe(false);
  });
});

describe('rules that cannot be', () => {
  const title = { target: 'title' };
  it.each<[string, object, RegExp]>([
    [
      'a function nobody knows',
      { ...title, type: 'expression', expression: 'Foo([a])' },
      /mappings\.0\.expression: .*Foo/,
    ],
    [
      'a property nobody has',
      { ...title, type: 'direct', source: 'jobTitel' },
      /mappings\.0\.source: .*jobTitle/,
    ],
    [
      'one that delta does not track',
      { ...title, type: 'direct', source: 'aboutMe' },
      /mappings\.0\.source: .*track/,
    ],
    [
      'a property in an expression',
      { ...title, type: 'expression', expression: 'ToUpper([aboutMe])' },
      /mappings\.0\.expression: /,
    ],
    ['no user name', { target: 'userName', type: 'none' }, /userName cannot be left unmapped/],
    [
      'a unique value by which entries match',
      {
        target: 'userName',
        type: 'expression',
        expression: 'SelectUniqueValue([mail], [userPrincipalName])',
      },
      /matched by/,
    ],
    [
      'a unique value that nobody can ask for',
      { ...title, type: 'expression', expression: 'SelectUniqueValue([mail], [city])' },
      /SelectUniqueValue/,
    ],
    [
      'a manager from elsewhere',
      {
        target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
        type: 'constant',
        value: 'x',
      },
      /manager/,
    ],
  ])('%s', (_, mapping, words) => {
    expect(() => mappings(mapping)).toThrow(words);
  });

  it.each<[string, object, RegExp]>([
    [
      'a target twice',
      {
        users: {
          mappings: [
            { ...title, type: 'none' },
            { ...title, type: 'none' },
          ],
        },
      },
      /mappings\.1\.target: is mapped twice/,
    ],
    ['an alias of an unknown field', { users: { aliases: '%nick%' } }, /users\.aliases: /],
    [
      'an entitlement twice',
      {
        entitlements: [
          { value: 'a', groups: [{ id }] },
          { value: 'a', groups: [{ id }] },
        ],
      },
      /entitlements: a value stands twice/,
    ],
  ])('%s', (_, rules, words) => {
    expect(() => compiled(rules)).toThrow(words);
  });

  it.each<[string, object, string, RegExp]>([
    ['a type', { users: { types: 'all' } }, 'users.types', /members.*guests.*both/],
    ['a domain', { users: { domains: ['no domain'] } }, 'users.domains.0', /./],
    [
      'a target of the sync’s own',
      { users: { mappings: [{ target: 'id', type: 'none' }] } },
      'users.mappings.0.target',
      /sync keeps/,
    ],
    [
      'a target of another form',
      { users: { mappings: [{ target: 'a b', type: 'none' }] } },
      'users.mappings.0.target',
      /SCIM/,
    ],
    [
      'a kind of mapping',
      { users: { mappings: [{ target: 'a', type: 'magic' }] } },
      'users.mappings.0.type',
      /./,
    ],
    ['a setting nobody knows', { users: { colour: 'red' } }, 'users', /colour/],
    ['what is no rules', { users: JSON.parse('{"__proto__": {"types": "both"}}') }, 'users', /./],
    [
      'too long an expression',
      {
        users: { mappings: [{ target: 'a', type: 'expression', expression: 'x'.repeat(10_001) }] },
      },
      'users.mappings.0.expression',
      /10000/,
    ],
  ])('%s is named with what is allowed', (_, rules, path, words) => {
    const parsed = askedRulesSchema.safeParse(rules);
    if (path === 'users' && parsed.success) return expect(parsed.data.users.types).toBe('members');
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(path);
    expect(parsed.error?.issues[0]?.message).toMatch(words);
  });
});

describe('the key of rules', () => {
  it('is the same for the same, and says whether Graph must be asked otherwise', () => {
    const before = keyOf(mappings());
    expect(keyOf(mappings())).toEqual(before);
    const constant = keyOf(
      mappings({ target: 'title', type: 'constant', value: 'x', default: 'y' }),
    );
    expect(constant.rules).not.toBe(before.rules);
    const other = keyOf(mappings({ target: 'nickName', type: 'direct', source: 'faxNumber' }));
    expect(other.selection).not.toBe(before.selection);
    const same = keyOf(compiled({ users: { aliases: null, leaving: 'delete' } }));
    expect(same.selection).toBe(before.selection);
    expect(same.rules).not.toBe(before.rules);
  });

  it('goes by groups where they decide', () => {
    expect(dependsOnGroups(compiled({}))).toBe(false);
    const chosen = { scope: 'chosen', groups: [{ id }] };
    expect(dependsOnGroups(compiled({ users: chosen }))).toBe(true);
    expect(dependsOnGroups(compiled({ groups: { policy: [{ id }] } }))).toBe(false);
    expect(dependsOnGroups(compiled({ entitlements: [{ value: 'a', groups: [{ id }] }] }))).toBe(
      true,
    );
  });
});
