import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint. */
export interface SignInError {
  readonly status: number;
  readonly error: string;
  /** The AADSTS number. */
  readonly code: number;
  readonly message: string;
}

export const invalidSecret = (appId: string): SignInError => ({
  status: 401,
  error: 'invalid_client',
  code: 7000215,
  message: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
});

export const expiredSecret = (appId: string): SignInError => ({
  status: 401,
  error: 'invalid_client',
  code: 7000222,
  message: `The provided client secret keys for app '${appId}' are expired.`,
});

export const missingSecret = (): SignInError => ({
  status: 401,
  error: 'invalid_client',
  code: 7000218,
  message:
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
});

export const unknownApp = (appId: string, tenant: string): SignInError => ({
  status: 400,
  error: 'unauthorized_client',
  code: 700016,
  message: `Application with identifier '${appId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant.`,
});

export const unknownTenant = (tenant: string): SignInError => ({
  status: 400,
  error: 'invalid_request',
  code: 90002,
  message: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
});

export const invalidScope = (scope: string): SignInError => ({
  status: 400,
  error: 'invalid_scope',
  code: 70011,
  message: `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
});

export const missingParameter = (name: string): SignInError => ({
  status: 400,
  error: 'invalid_request',
  code: 900144,
  message: `The request body must contain the following parameter: '${name}'.`,
});

export const unsupportedGrant = (grant: string): SignInError => ({
  status: 400,
  error: 'unsupported_grant_type',
  code: 70003,
  message: `The app requested an unsupported grant type '${grant}'.`,
});

export const disabledApp = (appId: string): SignInError => ({
  status: 400,
  error: 'unauthorized_client',
  code: 7000112,
  message: `Application '${appId}' is disabled.`,
});

export const badAssertion = (why: string): SignInError => ({
  status: 401,
  error: 'invalid_client',
  code: 700027,
  message: `The certificate with identifier used to sign the client assertion is not registered on application, or ${why}.`,
});

export const unknownFederation = (): SignInError => ({
  status: 401,
  error: 'invalid_client',
  code: 70021,
  message: 'No matching federated identity record found for presented assertion.',
});

export const unknownRedirect = (appId: string): SignInError => ({
  status: 400,
  error: 'invalid_request',
  code: 50011,
  message: `The redirect URI specified in the request does not match the redirect URIs configured for the application '${appId}'.`,
});

/** Whatever else the tenant may have against a sign-in, such as conditional access. */
export const otherRefusal = (code: number): SignInError => ({
  status: 400,
  error: 'invalid_grant',
  code,
  message: 'Access has been blocked by the policies of the tenant.',
});

/** The body of a refusal: clients go by `error` and `error_codes`, never by the text. */
export function signInErrorBody({ error, code, message }: SignInError, now: number): object {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error,
    error_description: `AADSTS${String(code)}: ${message}\r\nTrace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${String(code)}`,
  };
}
