import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

const compiled = (rules: object) => compileRules(ruleSettingsSchema.parse(rules));
const flows = (rules: object) => compiled(rules).flows;
const direct = (more: object) => ({
  target: 'nickName',
  type: 'direct',
  direction: 'both',
  ...more,
});
const mapped = (more: object) => () =>
  compiled({ users: { export: true, mappings: [direct(more)] } });

describe('what flows to Entra', () => {
  it('is nothing as long as no export is on', () => {
    const { user, group } = flows({});
    expect([user.attributes.size, group.attributes.size]).toEqual([0, 0]);
    expect([user.active.toEntra, user.others]).toMatchObject([
      false,
      { toApp: true, toEntra: false },
    ]);
  });

  it('is by default what decides neither sign-in nor mail', () => {
    const { user, group } = flows({ users: { export: true }, groups: { export: true } });
    const properties = [...user.attributes.values()].map(({ property }) => property).sort();
    expect(properties).toEqual([
      'businessPhones',
      'city',
      'companyName',
      'country',
      'department',
      'displayName',
      'employeeId',
      'givenName',
      'jobTitle',
      'mobilePhone',
      'officeLocation',
      'postalCode',
      'preferredLanguage',
      'state',
      'streetAddress',
      'surname',
    ]);
    expect([...group.attributes]).toMatchObject([['displayName', { isRequired: true }]]);
    expect([user.active.toEntra, group.active.toEntra]).toEqual([true, false]);
  });

  it('is of each kind on its own', () => {
    const { user, group } = flows({ users: { export: true, import: false } });
    expect(group.attributes.size).toBe(0);
    expect(user.attributes.get('title')).toMatchObject({ toApp: false, toEntra: true });
    expect(user.others.toApp).toBe(false);
  });

  it('is said by a mapping: its direction, its winner, its property', () => {
    const mappings = [
      { target: 'title', type: 'direct', source: 'employeetype', direction: 'export' },
      { target: 'displayName', type: 'direct', source: 'displayName' },
      direct({ source: 'extensionAttribute7', winner: 'app' }),
    ];
    const { attributes } = flows({ users: { export: true, mappings } }).user;
    expect(attributes.get('title')).toMatchObject({ property: 'employeeType', toApp: false });
    expect(attributes.has('displayName')).toBe(false);
    expect(attributes.get('nickName')).toMatchObject({ toApp: true, winner: 'app' });
  });

  it('is refused where Graph, or the sync, does not let it be written', () => {
    expect(mapped({ source: 'proxyAddresses' })).toThrow(
      'rules.users.mappings.0: proxyAddresses cannot flow to Entra: Graph does not let an application write it',
    );
    expect(mapped({ source: 'employeeHireDate' })).toThrow('without a signed-in user');
    expect(mapped({ source: 'userPrincipalName' })).toThrow('changes user names');
    expect(mapped({ source: 'accountEnabled' })).toThrow('by "active"');
    expect(mapped({ source: 'otherMails' })).toThrow('replaces the whole list');
  });

  it('is refused of anything but a property itself', () => {
    expect(mapped({ type: 'constant', value: 'X' })).toThrow('only a property itself');
    expect(mapped({ type: 'expression', expression: '[city]' })).toThrow('only a property itself');
    expect(mapped({ source: 'faxNumber', default: 'X' })).toThrow('a default cannot be told');
    expect(mapped({ source: 'faxNumber', apply: 'creation' })).toThrow('at creation alone');
  });

  it('is refused where two attributes flow to one property', () => {
    expect(mapped({ source: 'jobTitle' })).toThrow(
      'rules.users.mappings: title and nickName both flow to jobTitle',
    );
  });

  it('cannot be all that flows into what an entry must have', () => {
    const mappings = [
      { target: 'displayName', type: 'direct', source: 'description', direction: 'export' },
    ];
    expect(() => compiled({ groups: { export: true, mappings } })).toThrow(
      'cannot be left unmapped',
    );
  });

  it('has Graph asked whether an object is synced from on-premises', () => {
    const asked = (rules: object) => compiled(rules).selection.properties;
    const { user, group } = asked({ groups: { export: true } });
    expect(group).toContain('onPremisesSyncEnabled');
    expect(user).not.toContain('onPremisesSyncEnabled');
  });
});
