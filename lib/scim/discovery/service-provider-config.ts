import { SCIM_LIMITS } from '../limits.ts';
import type { DiscoveryMeta } from './discovery-meta.ts';

/** How a client signs in (RFC 7643 section 5); Entra offers both of these. */
const AUTHENTICATION_SCHEMES = [
  {
    type: 'oauthbearertoken',
    name: 'Bearer token',
    description: 'A secret token in the Authorization header.',
    specUri: 'https://www.rfc-editor.org/info/rfc6750',
    primary: true,
  },
  {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description: 'An access token that the token endpoint gives for a client id and a secret.',
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
    primary: false,
  },
] as const;

/**
 * The document of `/ServiceProviderConfig` (RFC 7643 section 5; pagination: RFC 9865 section 4).
 * Pages go by index unless a client asks for cursors, because Entra does not.
 * @param baseUrl where the protocol is spoken, without a slash at the end
 */
export function serviceProviderConfig(baseUrl: string) {
  const resourceType = 'ServiceProviderConfig';
  const meta: DiscoveryMeta = { resourceType, location: `${baseUrl}/${resourceType}` };
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: SCIM_LIMITS.mostOperations,
      maxPayloadSize: SCIM_LIMITS.mostBytes,
    },
    filter: { supported: true, maxResults: SCIM_LIMITS.mostResults },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: SCIM_LIMITS.defaultResults,
      maxPageSize: SCIM_LIMITS.mostResults,
      cursorTimeout: SCIM_LIMITS.cursorSeconds,
    },
    authenticationSchemes: AUTHENTICATION_SCHEMES,
    meta,
  };
}
