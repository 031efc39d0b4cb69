import type { GraphAnswer } from '../graph/graph-call.ts';
import { type AccessTokens, TOKEN_SECONDS } from './access-token.ts';
import * as refusals from './sign-in-error.ts';

/** An application that is known in the tenant. */
export interface RegisteredApp {
  readonly clientId: string;
  readonly secret: string;
  /** When the secret ends, as an ISO date; absent = never. */
  readonly secretExpires?: string | undefined;
  /** Granted application permissions; empty = nobody has consented. */
  readonly roles: readonly string[];
  /** App roles that it was given, by the client id of the application whose they are. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Directory roles that it holds besides. */
  readonly directoryRoles?: readonly string[] | undefined;
}

/** What signing in needs to know of the tenant. */
export interface SignInWorld {
  readonly tenantId: string;
  /** Names that stand for the tenant as well as its id. */
  readonly domains: readonly string[];
  readonly tokens: AccessTokens;
  /** By client id. */
  readonly apps: ReadonlyMap<string, RegisteredApp>;
  /** Milliseconds, by the directory's clock. */
  readonly now: () => number;
}

/** A request to the token endpoint or to one of the documents beside it. */
export interface SignInRequest {
  readonly method: string;
  readonly segments: readonly string[];
  /** The form, for POST. */
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  readonly origin: string;
}

const GRAPH_AUDIENCE = 'https://graph.microsoft.com';

/** Answers sign-in requests; undefined where the path is none of them. */
export function answerSignIn(world: SignInWorld, request: SignInRequest): GraphAnswer | undefined {
  const [tenant = '', ...rest] = request.segments;
  switch (`${request.method} ${rest.join('/').toLowerCase()}`) {
    case 'GET v2.0/.well-known/openid-configuration':
      return isTenant(world, tenant)
        ? { status: 200, body: configuration(world, request.origin) }
        : refused(world, refusals.unknownTenant(tenant));
    case 'GET discovery/v2.0/keys':
      return { status: 200, body: world.tokens.keySet() };
    case 'POST oauth2/v2.0/token':
      return answerToken(world, tenant, request);
    default:
      return undefined;
  }
}

function isTenant({ tenantId, domains }: SignInWorld, tenant: string): boolean {
  const wanted = tenant.toLowerCase();
  return wanted === tenantId.toLowerCase() || domains.includes(wanted);
}

function refused(world: SignInWorld, error: refusals.SignInError): GraphAnswer {
  return { status: error.status, body: refusals.signInErrorBody(error, world.now()) };
}

const issuerOf = (world: SignInWorld, origin: string): string => `${origin}/${world.tenantId}/v2.0`;

function configuration(world: SignInWorld, origin: string): object {
  const base = `${origin}/${world.tenantId}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerOf(world, origin),
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    cloud_instance_name: 'microsoftonline.com',
    tenant_region_scope: 'EU',
  };
}

function answerToken(world: SignInWorld, tenant: string, request: SignInRequest): GraphAnswer {
  if (!isTenant(world, tenant)) return refused(world, refusals.unknownTenant(tenant));
  const grantType = request.form.get('grant_type');
  if (grantType === null) return refused(world, refusals.missingParameter('grant_type'));
  if (grantType !== 'client_credentials') {
    return refused(world, refusals.unsupportedGrant(grantType));
  }
  const { clientId, secret } = credentialsOf(request);
  if (clientId === undefined) return refused(world, refusals.missingParameter('client_id'));
  const app = world.apps.get(clientId);
  if (app === undefined) return refused(world, refusals.unknownApp(clientId, tenant));
  const problem = secretProblem(app, secret, world.now());
  if (problem !== undefined) return refused(world, problem);
  return granted(world, app, request);
}

/** In the form, or in a Basic header whose parts are form-encoded (RFC 6749, section 2.3.1). */
function credentialsOf({ form, authorization }: SignInRequest): {
  clientId: string | undefined;
  secret: string | undefined;
} {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) {
    return {
      clientId: form.get('client_id') ?? undefined,
      secret: form.get('client_secret') ?? undefined,
    };
  }
  const decoded = Buffer.from(basic, 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    clientId: formDecoded(decoded.slice(0, colon)),
    secret: formDecoded(decoded.slice(colon + 1)),
  };
}

const formDecoded = (text: string): string => new URLSearchParams(`v=${text}`).get('v') ?? '';

function secretProblem(
  app: RegisteredApp,
  secret: string | undefined,
  now: number,
): refusals.SignInError | undefined {
  if (secret === undefined) return refusals.missingSecret();
  if (secret !== app.secret) return refusals.invalidSecret(app.clientId);
  const hasEnded = app.secretExpires !== undefined && Date.parse(app.secretExpires) <= now;
  return hasEnded ? refusals.expiredSecret(app.clientId) : undefined;
}

function granted(world: SignInWorld, app: RegisteredApp, request: SignInRequest): GraphAnswer {
  const scope = request.form.get('scope') ?? '';
  const resource = resourceOf(world, scope, request.origin);
  if (resource === undefined) return refused(world, refusals.invalidScope(scope));
  const isGraph = isForGraph(resource);
  const accessToken = world.tokens.issue({
    appId: app.clientId,
    roles: isGraph ? app.roles : (app.appRoles?.[resource] ?? []),
    audience: resource,
    version: isGraph ? '1.0' : '2.0',
    tenantId: world.tenantId,
    issuer: issuerOf(world, request.origin),
  });
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      ext_expires_in: TOKEN_SECONDS,
      access_token: accessToken,
    },
  };
}

/**
 * What a scope is for: Graph, under its own name or this server's, or an application of the tenant,
 * by its client id with or without `api://`. The audience of a 2.0 token is the id alone (Entra docs:
 * access token claims reference).
 */
function resourceOf(world: SignInWorld, scope: string, origin: string): string | undefined {
  if (!scope.endsWith('/.default')) return undefined;
  const resource = scope.slice(0, -'/.default'.length);
  if (resource === GRAPH_AUDIENCE || resource === origin) return GRAPH_AUDIENCE;
  const appId = resource.replace(/^api:\/\//, '');
  return world.apps.has(appId) ? appId : undefined;
}

/** Whether a token was issued for Graph. */
export const isForGraph = (audience: string): boolean => audience === GRAPH_AUDIENCE;
