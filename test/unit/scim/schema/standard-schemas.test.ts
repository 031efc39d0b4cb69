import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../../lib/scim/schema/attribute.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import { TANDEM_USER } from '../../../../lib/scim/schema/tandem-user.ts';
import { DEFAULT_MAPPINGS } from '../../../../lib/sync/mapping.ts';
import { ALIASES, MANAGER, SIGN_IN_METHOD, TAG } from '../../../../lib/sync/rules/rules.ts';

const USER = openSchema('user', []);
const GROUP = openSchema('group', []);
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const names = (attributes: readonly Attribute[] = []) => attributes.map(({ name }) => name);
const subNames = (name: string) => names(USER.find(undefined, name)?.attribute.subAttributes);

describe('the User schema', () => {
  it('has the attributes of RFC 7643 section 4.1', () => {
    expect(names(USER.core.attributes).sort()).toEqual(
      [
        'active',
        'addresses',
        'displayName',
        'emails',
        'entitlements',
        'groups',
        'ims',
        'locale',
        'name',
        'nickName',
        'password',
        'phoneNumbers',
        'photos',
        'preferredLanguage',
        'profileUrl',
        'roles',
        'timezone',
        'title',
        'userName',
        'userType',
        'x509Certificates',
      ].sort(),
    );
  });

  it.each([
    [
      'name',
      ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'],
    ],
    ['emails', ['value', 'display', 'type', 'primary']],
    ['roles', ['value', 'display', 'type', 'primary']],
    [
      'addresses',
      [
        'formatted',
        'streetAddress',
        'locality',
        'region',
        'postalCode',
        'country',
        'type',
        'primary',
      ],
    ],
    ['groups', ['value', '$ref', 'display', 'type']],
    ['meta', ['resourceType', 'created', 'lastModified', 'location', 'version']],
  ])('%s has its sub-attributes', (name, expected) => {
    expect(subNames(name)).toEqual(expected);
  });

  it.each([
    ['userName', { required: true, uniqueness: 'server', caseExact: false }],
    ['id', { mutability: 'readOnly', returned: 'always', caseExact: true }],
    ['externalId', { mutability: 'readWrite', returned: 'default', caseExact: true }],
    ['meta', { mutability: 'readOnly' }],
    ['schemas', { returned: 'always', multiValued: true }],
    ['password', { mutability: 'writeOnly', returned: 'never' }],
    ['groups', { mutability: 'readOnly', returned: 'default', multiValued: true }],
    ['active', { type: 'boolean', required: false }],
    ['profileUrl', { type: 'reference', caseExact: true }],
  ])('%s has its characteristics', (name, expected) => {
    expect(USER.find(undefined, name)?.attribute).toMatchObject(expected);
  });

  it('has types to suggest for e-mail addresses, and none for roles', () => {
    const typeOf = (name: string) =>
      USER.find(undefined, name)?.attribute.subAttributes?.find((sub) => sub.name === 'type');
    expect(typeOf('emails')?.canonicalValues).toContain('work');
    expect(typeOf('phoneNumbers')?.canonicalValues).toContain('mobile');
    expect(typeOf('roles')).not.toHaveProperty('canonicalValues');
  });

  it('has the enterprise extension, of which nobody writes the name of the manager', () => {
    const [enterprise] = USER.extensions;
    expect(names(enterprise?.attributes)).toEqual([
      'employeeNumber',
      'costCenter',
      'organization',
      'division',
      'department',
      'manager',
    ]);
    const manager = USER.find(ENTERPRISE, 'manager')?.attribute;
    expect(manager?.subAttributes?.map(({ name, mutability }) => [name, mutability])).toEqual([
      ['value', 'readWrite'],
      ['$ref', 'readWrite'],
      ['displayName', 'readOnly'],
    ]);
  });

  it('has the attributes that the sync writes into Tandem’s own extension', () => {
    const written = [ALIASES, TAG, SIGN_IN_METHOD];
    expect(written).toEqual(
      names(TANDEM_USER.attributes).map((name) => `${TANDEM_USER.id}:${name}`),
    );
    expect(USER.find(TANDEM_USER.id, 'aliases')?.attribute.multiValued).toBe(true);
    expect(MANAGER).toBe(`${ENTERPRISE}:manager`);
  });
});

describe('the Group schema', () => {
  it('has a name that is needed, and members whose ids do not change', () => {
    expect(names(GROUP.core.attributes)).toEqual(['displayName', 'members']);
    expect(GROUP.find(undefined, 'displayName')?.attribute).toMatchObject({
      required: true,
      uniqueness: 'server',
    });
    const members = GROUP.find(undefined, 'members')?.attribute;
    expect(members?.subAttributes?.map(({ name, mutability }) => [name, mutability])).toEqual([
      ['value', 'immutable'],
      ['$ref', 'immutable'],
      ['type', 'immutable'],
      ['display', 'readOnly'],
    ]);
  });
});

it.each([
  ...DEFAULT_MAPPINGS.user.mappings.map(({ target }) => [USER, target] as const),
  ...DEFAULT_MAPPINGS.group.mappings.map(({ target }) => [GROUP, target] as const),
])('%# the sync can write by default what the schema has', (schema, target) => {
  const path = target.replace(/\[.*\]/, '');
  const colon = path.lastIndexOf(':');
  const [name = '', sub] = path.slice(colon + 1).split('.');
  const found = schema.find(colon < 0 ? undefined : path.slice(0, colon), name)?.attribute;
  expect(found?.name).toBe(name);
  if (sub) expect(names(found?.subAttributes)).toContain(sub);
});
