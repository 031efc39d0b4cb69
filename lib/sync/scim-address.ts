/** The tenant URL of a connection's SCIM service, as it is entered in Entra. */
export function tenantUrl(publicUrl: string, connectionId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/scim/v2/${connectionId}`;
}

/** Where clients of a connection get their access tokens (RFC 6749 section 3.2). */
export function tokenUrl(publicUrl: string, connectionId: string): string {
  return `${tenantUrl(publicUrl, connectionId)}/token`;
}
