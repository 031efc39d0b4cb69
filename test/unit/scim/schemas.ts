import type { Attribute, Schema } from '../../../lib/scim/schema/attribute.ts';
import type { ResourceSchema } from '../../../lib/scim/schema/resource-schema.ts';

export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const attr = (name: string, more: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description: name,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});
const multi = (name: string, subs: Attribute[], more: Partial<Attribute> = {}) =>
  attr(name, { type: 'complex', multiValued: true, subAttributes: subs, ...more });
const plural = () => [
  attr('value'),
  attr('display'),
  attr('type'),
  attr('primary', { type: 'boolean' }),
];

const COMMON = [
  attr('id', { caseExact: true, mutability: 'readOnly' }),
  attr('externalId', { caseExact: true }),
  attr('schemas', { type: 'reference', multiValued: true, caseExact: true }),
  attr('meta', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attr('created', { type: 'dateTime' }),
      attr('lastModified', { type: 'dateTime' }),
      attr('resourceType', { caseExact: true }),
    ],
  }),
];

const USER_CORE: Schema = {
  id: CORE_USER,
  name: 'User',
  description: 'User',
  attributes: [
    attr('userName', { required: true }),
    attr('displayName'),
    attr('nickName'),
    attr('title'),
    attr('userType'),
    attr('preferredLanguage'),
    attr('active', { type: 'boolean' }),
    attr('name', {
      type: 'complex',
      subAttributes: [attr('formatted'), attr('familyName'), attr('givenName')],
    }),
    multi('emails', plural()),
    multi('phoneNumbers', plural()),
    multi('roles', plural()),
    multi('entitlements', plural()),
    multi('addresses', [
      attr('formatted'),
      attr('country'),
      attr('locality'),
      attr('type'),
      attr('primary', { type: 'boolean' }),
    ]),
    multi('groups', [attr('value', { caseExact: true })], { mutability: 'readOnly' }),
  ],
};

const ENTERPRISE_USER: Schema = {
  id: ENTERPRISE,
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    attr('employeeNumber'),
    attr('department'),
    attr('manager', {
      type: 'complex',
      subAttributes: [
        attr('value', { caseExact: true }),
        attr('$ref', { type: 'reference', caseExact: true }),
        attr('displayName', { mutability: 'readOnly' }),
      ],
    }),
  ],
};

const GROUP_CORE: Schema = {
  id: CORE_GROUP,
  name: 'Group',
  description: 'Group',
  attributes: [
    attr('displayName', { required: true }),
    multi('members', [
      attr('value', { caseExact: true, mutability: 'immutable' }),
      attr('$ref', { type: 'reference', mutability: 'immutable' }),
      attr('type', { mutability: 'immutable' }),
    ]),
  ],
};

export const USER = schemaOf('user', USER_CORE, [ENTERPRISE_USER]);
export const GROUP = schemaOf('group', GROUP_CORE, []);

function schemaOf(
  kind: 'user' | 'group',
  core: Schema,
  extensions: readonly Schema[],
): ResourceSchema {
  const urnOf = (text: string) =>
    [core, ...extensions].find(({ id }) => id.toLowerCase() === text.toLowerCase())?.id;
  return {
    kind,
    name: kind === 'user' ? 'User' : 'Group',
    endpoint: kind === 'user' ? '/Users' : '/Groups',
    core,
    extensions,
    urnOf,
    find: (urn, name) => {
      const id = urn === undefined ? core.id : urnOf(urn);
      const extension = extensions.find((schema) => schema.id === id);
      const own = id === core.id ? [...core.attributes, ...COMMON] : [];
      const attribute = (extension?.attributes ?? own).find(
        (known) => known.name.toLowerCase() === name.toLowerCase(),
      );
      return attribute && { extension: extension?.id, attribute };
    },
  };
}
