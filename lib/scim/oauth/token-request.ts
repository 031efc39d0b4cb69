import { type Presented, presentedBasic } from './presented.ts';

/** Why no token is issued (RFC 6749 section 5.2). */
export interface TokenError {
  readonly error: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';
  readonly description: string;
}

/**
 * Who asks for a token by client credentials (RFC 6749 section 4.4.2). What the request says of a
 * scope is left aside: a token opens all that its client may.
 */
export function parseTokenRequest(
  form: URLSearchParams,
  authorization: string | null,
): Presented | TokenError {
  const names = [...form.keys()];
  if (new Set(names).size < names.length) return invalid('a parameter is repeated');
  // A parameter without a value counts as absent (RFC 6749 section 3.2).
  const given = (name: string) => form.get(name) || undefined;
  const grant = given('grant_type');
  if (grant === undefined) return invalid('grant_type is missing');
  if (grant !== 'client_credentials')
    return { error: 'unsupported_grant_type', description: 'grant_type is client_credentials' };
  const [id, secret] = [given('client_id'), given('client_secret')];
  if (authorization !== null) return fromHeader(authorization, { id, secret });
  return id !== undefined && secret !== undefined ? { id, secret } : unknownClient();
}

/** A client names itself in one way only (RFC 6749 section 2.3); its bare id may stand there twice. */
function fromHeader(
  authorization: string,
  named: { readonly [Name in keyof Presented]: Presented[Name] | undefined },
): Presented | TokenError {
  const presented = presentedBasic(authorization);
  if (!presented) return unknownClient();
  if (named.secret !== undefined) return invalid('the client authenticates in two ways');
  const isSame = named.id === undefined || named.id === presented.id;
  return isSame ? presented : invalid('client_id is another one than the header names');
}

/** One answer for a client that is unknown, of another connection, expired, or has a wrong secret. */
export function unknownClient(): TokenError {
  return { error: 'invalid_client', description: 'a valid client id and secret are needed' };
}

function invalid(description: string): TokenError {
  return { error: 'invalid_request', description };
}
