import type { Exchange, Expected } from './exchange.ts';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';
export const ERROR = `${MESSAGES}:Error`;
export const LIST = `${MESSAGES}:ListResponse`;
export const SEARCH = `${MESSAGES}:SearchRequest`;
export const BULK = `${MESSAGES}:BulkRequest`;
export const BULK_RESPONSE = `${MESSAGES}:BulkResponse`;
export const SCIM_JSON = /^application\/scim\+json/;
export const WEAK_TAG = /^W\/"[^"]+"$/;

/** A name that no user has. */
export const NOBODY = '7a2f6c3e-0d3b-4a38-9a51-5a4c7a0f1b22';

/** What creates a user, and keeps its id as `keep`. */
export function makes(keep: string, body: Readonly<Record<string, unknown>>): Exchange {
  return {
    name: `given the user ${keep}`,
    request: { method: 'POST', path: '/Users', body: { schemas: [USER], ...body } },
    expect: { status: 201, headers: { 'content-type': SCIM_JSON } },
    keep: { [keep]: 'id' },
  };
}

/** What creates a group, and keeps its id as `keep`. */
export function makesGroup(keep: string, body: Readonly<Record<string, unknown>>): Exchange {
  return {
    name: `given the group ${keep}`,
    request: { method: 'POST', path: '/Groups', body: { schemas: [GROUP], ...body } },
    expect: { status: 201, headers: { 'content-type': SCIM_JSON } },
    keep: { [keep]: 'id' },
  };
}

/** A GET that answers 200 with a body. */
export function shows(name: string, path: string, body: Expected): Exchange {
  return {
    name,
    request: { method: 'GET', path },
    expect: { status: 200, headers: { 'content-type': SCIM_JSON }, body },
  };
}

/** A listing that is answered with these resources, in any order if `resources` says so. */
export function lists(name: string, path: string, total: number, resources?: Expected): Exchange {
  return shows(name, path, {
    schemas: [LIST],
    totalResults: total,
    ...(resources !== undefined && { Resources: resources }),
  });
}

/** A PATCH of a user, answered with the user. */
export function patchesUser(
  name: string,
  id: string,
  operations: readonly unknown[],
  body: Expected = {},
): Exchange {
  return { ...patches(name, `/Users/${id}`, operations), expect: { status: 200, body } };
}

/** A PATCH of a group, answered without a body. */
export function patchesGroup(name: string, id: string, operations: readonly unknown[]): Exchange {
  return { ...patches(name, `/Groups/${id}`, operations), expect: { status: 204, not: ['{'] } };
}

/** Anything that is refused with a SCIM error. */
export function refused(
  name: string,
  request: Exchange['request'],
  [status, scimType]: readonly [status: number, scimType?: Expected],
): Exchange {
  const body: Expected = {
    schemas: [ERROR],
    status: String(status),
    detail: /./,
    ...(scimType !== undefined && { scimType }),
  };
  return { name, request, expect: { status, headers: { 'content-type': SCIM_JSON }, body } };
}

/** The request of a PATCH. */
export function patchOf(path: string, operations: readonly unknown[]): Exchange['request'] {
  return {
    method: 'PATCH',
    path,
    body: { schemas: [`${MESSAGES}:PatchOp`], Operations: operations },
  };
}

function patches(
  name: string,
  path: string,
  operations: readonly unknown[],
): Pick<Exchange, 'name' | 'request'> {
  return { name, request: patchOf(path, operations) };
}
