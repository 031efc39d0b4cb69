import { ABSENT, type Expected, type Story } from '../exchange.ts';
import { ENTERPRISE, GROUP, LIST, refused, shows, USER } from '../messages.ts';

const CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';
const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';

const userType: Expected = {
  schemas: [TYPE],
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  schema: USER,
  schemaExtensions: [
    { schema: ENTERPRISE, required: false },
    { schema: TANDEM, required: false },
  ],
  meta: { resourceType: 'ResourceType', location: '{{base}}/ResourceTypes/User' },
};
const groupType: Expected = {
  id: 'Group',
  name: 'Group',
  endpoint: '/Groups',
  schema: GROUP,
  meta: { resourceType: 'ResourceType', location: '{{base}}/ResourceTypes/Group' },
};

/** What the service tells of itself (RFC 7644 section 4). */
export const DISCOVERY: readonly Story[] = [
  {
    name: 'the configuration of the service provider',
    exchanges: [
      shows('RFC 7643 section 5', '/ServiceProviderConfig', {
        schemas: [CONFIG],
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
          defaultPageSize: 200,
          maxPageSize: 1_000,
          cursorTimeout: 3_600,
        },
        authenticationSchemes: [
          { type: 'oauthbearertoken', name: /./, description: /./, primary: true },
          { type: 'oauth2', name: /./, description: /./ },
        ],
        meta: {
          resourceType: 'ServiceProviderConfig',
          location: '{{base}}/ServiceProviderConfig',
        },
        id: ABSENT,
      }),
      shows('in other case', '/serviceproviderconfig/', { schemas: [CONFIG] }),
      refused('something in it', { method: 'GET', path: '/ServiceProviderConfig/x' }, [404]),
      refused('changed', { method: 'PUT', path: '/ServiceProviderConfig', body: {} }, [405]),
    ],
  },
  {
    name: 'the types of resources',
    exchanges: [
      shows('both', '/ResourceTypes', {
        schemas: [LIST],
        totalResults: 2,
        Resources: [userType, groupType],
      }),
      shows('one', '/ResourceTypes/User', userType),
      shows('the other', '/ResourceTypes/Group', groupType),
      refused('none', { method: 'GET', path: '/ResourceTypes/Device' }, [404]),
      refused('filtered', { method: 'GET', path: '/ResourceTypes?filter=name eq "User"' }, [403]),
      refused('made', { method: 'POST', path: '/ResourceTypes', body: {} }, [405]),
    ],
  },
  {
    name: 'the schemas',
    exchanges: [
      {
        name: 'all, without nulls',
        request: { method: 'GET', path: '/Schemas' },
        expect: {
          status: 200,
          body: {
            schemas: [LIST],
            totalResults: 4,
            itemsPerPage: 4,
            startIndex: 1,
            Resources: [USER, ENTERPRISE, TANDEM, GROUP].map((id) => ({
              schemas: [SCHEMA],
              id,
              meta: { resourceType: 'Schema', location: `{{base}}/Schemas/${id}` },
            })),
          },
          not: ['null'],
        },
      },
      shows('one, by its URN', `/Schemas/${ENTERPRISE}`, {
        schemas: [SCHEMA],
        id: ENTERPRISE,
        name: 'EnterpriseUser',
        attributes: [
          ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map(
            (name) => ({
              name,
              type: 'string',
              multiValued: false,
              required: false,
              caseExact: false,
              mutability: 'readWrite',
              returned: 'default',
              uniqueness: 'none',
            }),
          ),
          { name: 'manager', type: 'complex', subAttributes: [{ name: 'value' }, {}, {}] },
        ],
      }),
      shows('in other case', `/schemas/${USER.toUpperCase()}`, { id: USER, name: 'User' }),
      refused('none', { method: 'GET', path: '/Schemas/urn:nothing' }, [404]),
      refused('filtered', { method: 'GET', path: '/Schemas?filter=id pr' }, [403]),
      refused('changed', { method: 'PATCH', path: `/Schemas/${USER}`, body: {} }, [405]),
    ],
  },
];
