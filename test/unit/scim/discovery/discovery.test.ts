import { describe, expect, it } from 'vitest';
import { resourceTypes } from '../../../../lib/scim/discovery/resource-types.ts';
import { schemasOf } from '../../../../lib/scim/discovery/schemas-of.ts';
import { serviceProviderConfig } from '../../../../lib/scim/discovery/service-provider-config.ts';
import type { Attribute } from '../../../../lib/scim/schema/attribute.ts';
import { furtherFromTargets } from '../../../../lib/scim/schema/further-attribute.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';

const BASE = 'https://tandem.example/scim/v2/contoso';
const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User';

const SCHEMAS = [
  openSchema('user', furtherFromTargets([`${CUSTOM}:tag`, 'keys[type eq "door"].value', 'badge'])),
  openSchema('group', []),
];

/** Every name and every value in a document, however deep. */
function allOf(value: unknown): { names: string[]; values: unknown[] } {
  const names: string[] = [];
  const values: unknown[] = [];
  JSON.stringify(value, (name, inner) => {
    names.push(name);
    values.push(inner);
    return inner;
  });
  return { names, values };
}

describe('/Schemas', () => {
  const documents = schemasOf(SCHEMAS, BASE);

  it('lists each schema once, with the connection’s own', () => {
    expect(documents.map(({ id }) => id)).toEqual([
      USER_URN,
      ENTERPRISE,
      TANDEM,
      CUSTOM,
      GROUP_URN,
    ]);
    expect(schemasOf([...SCHEMAS, ...SCHEMAS], BASE)).toHaveLength(5);
  });

  it('says where each is', () => {
    expect(documents[1]).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: ENTERPRISE,
      name: 'EnterpriseUser',
      meta: { resourceType: 'Schema', location: `${BASE}/Schemas/${ENTERPRISE}` },
    });
  });

  it('says of every attribute what RFC 7643 section 7 asks for', () => {
    const attributes = documents.flatMap((one) => one.attributes);
    const all: Attribute[] = attributes.flatMap((one) => [one, ...(one.subAttributes ?? [])]);
    for (const attribute of all) {
      expect(attribute).toEqual(
        expect.objectContaining({
          name: expect.any(String),
          type: expect.stringMatching(
            /^(string|boolean|decimal|integer|dateTime|binary|reference|complex)$/,
          ),
          multiValued: expect.any(Boolean),
          description: expect.stringMatching(/\.$/),
          required: expect.any(Boolean),
          caseExact: expect.any(Boolean),
          mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/),
          returned: expect.stringMatching(/^(always|never|default|request)$/),
          uniqueness: expect.stringMatching(/^(none|server|global)$/),
        }),
      );
      expect('subAttributes' in attribute).toBe(attribute.type === 'complex');
      if (attribute.type === 'reference') expect(attribute.referenceTypes).not.toHaveLength(0);
    }
  });

  /**
   * How Entra's validation names the attributes of a schema (SCIM-Validation-Test-Overview): by the
   * suggested types where there are some, by the primary value where there are none.
   */
  it.each([
    [USER_URN, 'userName'],
    [USER_URN, 'externalId'],
    [USER_URN, 'active'],
    [USER_URN, 'name.givenName'],
    [USER_URN, 'emails[type eq "work"].value'],
    [USER_URN, 'phoneNumbers[type eq "mobile"].value'],
    [USER_URN, 'phoneNumbers[type eq "fax"].value'],
    [USER_URN, 'addresses[type eq "work"].formatted'],
    [USER_URN, 'addresses[type eq "work"].postalCode'],
    [USER_URN, 'roles[primary eq "True"].value'],
    [USER_URN, 'roles[primary eq "True"].type'],
    [USER_URN, 'keys[type eq "door"].value'],
    [USER_URN, 'badge'],
    [ENTERPRISE, 'department'],
    [ENTERPRISE, 'manager'],
    [CUSTOM, 'tag'],
    [GROUP_URN, 'displayName'],
    [GROUP_URN, 'externalId'],
    [GROUP_URN, 'members'],
  ])('%s: Entra’s validation finds %s', (urn, path) => {
    const attributes = documents.find(({ id }) => id === urn)?.attributes ?? [];
    expect(attributes.flatMap(validatorPaths)).toContain(path);
  });
});

function validatorPaths({ name, type, multiValued, subAttributes = [] }: Attribute): string[] {
  if (type !== 'complex' || name === 'manager' || name === 'members') return [name];
  const names = subAttributes.map((sub) => sub.name).filter((sub) => sub !== 'primary');
  if (!multiValued) return names.map((sub) => `${name}.${sub}`);
  const types = subAttributes.find((sub) => sub.name === 'type')?.canonicalValues ?? [];
  if (types.length === 0) return names.map((sub) => `${name}[primary eq "True"].${sub}`);
  return types.flatMap((one) => names.map((sub) => `${name}[type eq "${one}"].${sub}`));
}

it('/ResourceTypes lists users and groups, with the extensions of each', () => {
  expect(resourceTypes(SCHEMAS, BASE)).toEqual([
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'User',
      name: 'User',
      description: 'A user account',
      endpoint: '/Users',
      schema: USER_URN,
      schemaExtensions: [ENTERPRISE, TANDEM, CUSTOM].map((schema) => ({ schema, required: false })),
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
    },
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'Group',
      name: 'Group',
      description: 'A group of users and groups',
      endpoint: '/Groups',
      schema: GROUP_URN,
      schemaExtensions: [],
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/Group` },
    },
  ]);
});

it('/ServiceProviderConfig says what there is', () => {
  expect(serviceProviderConfig(BASE)).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 1_048_576 },
    filter: { supported: true, maxResults: 1_000 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 1_000,
      cursorTimeout: 3_600,
    },
    authenticationSchemes: [
      { type: 'oauthbearertoken', primary: true },
      { type: 'oauth2', primary: false },
    ],
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${BASE}/ServiceProviderConfig`,
    },
  });
});

it.each([
  ['/Schemas', schemasOf(SCHEMAS, BASE)],
  ['/ResourceTypes', resourceTypes(SCHEMAS, BASE)],
  ['/ServiceProviderConfig', serviceProviderConfig(BASE)],
])('%s is camelCase without nulls, as Entra wants it', (_, document) => {
  const { names, values } = allOf(document);
  expect(values).not.toContain(null);
  expect(names.filter((name) => /^[A-Z]/.test(name))).toEqual([]);
});
