/** An attribute's name in its parts; how they are spelled is left as it was. */
export interface AttributeName {
  readonly urn: string | undefined;
  readonly name: string;
  readonly sub: string | undefined;
}

/**
 * Takes a name such as `title`, `name.givenName` or `urn:…:2.0:User:manager.value` apart (RFC 7644
 * section 3.10). What stands before the last colon is the URN: dots in there are a version's.
 */
export function parseAttributeName(text: string): AttributeName {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const dot = rest.indexOf('.');
  if (dot < 0) return { urn, name: rest, sub: undefined };
  return { urn, name: rest.slice(0, dot), sub: rest.slice(dot + 1) };
}
