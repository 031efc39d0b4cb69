import type { GraphAnswer } from '../graph/graph-call.ts';
import { type AccessTokens, TOKEN_SECONDS } from './access-token.ts';
import { answerConsent } from './admin-consent.ts';
import { clientProblem } from './client-authentication.ts';
import type { RegisteredApp } from './registered-app.ts';
import * as refusals from './sign-in-error.ts';

/** What signing in needs to know of the tenant. */
export interface SignInWorld {
  readonly tenantId: string;
  /** Names that stand for the tenant as well as its id. */
  readonly domains: readonly string[];
  readonly tokens: AccessTokens;
  /** By client id. */
  readonly apps: Map<string, RegisteredApp>;
  /** Milliseconds, by the directory's clock. */
  readonly now: () => number;
  /** Milliseconds, by everybody else's. */
  readonly wallNow: () => number;
}

/** A request to the token endpoint or to one of the documents beside it. */
export interface SignInRequest {
  readonly method: string;
  readonly segments: readonly string[];
  /** By lower-case name. */
  readonly query: ReadonlyMap<string, string>;
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
    case 'GET adminconsent':
    case 'GET v2.0/adminconsent':
      return isConsentTenant(world, tenant, rest.length > 1)
        ? answerConsent(world, { isV2: rest.length > 1, query: request.query })
        : refused(world, refusals.unknownTenant(tenant));
    default:
      return undefined;
  }
}

function isTenant({ tenantId, domains }: SignInWorld, tenant: string): boolean {
  const wanted = tenant.toLowerCase();
  return wanted === tenantId.toLowerCase() || domains.includes(wanted);
}

/** Where no tenant is named, that of whoever signs in; the two forms call it differently. */
function isConsentTenant(world: SignInWorld, tenant: string, isV2: boolean): boolean {
  return tenant.toLowerCase() === (isV2 ? 'organizations' : 'common') || isTenant(world, tenant);
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
  if (app === undefined || app.isInTenant === false)
    return refused(world, refusals.unknownApp(clientId, tenant));
  const problem =
    appProblem(app) ??
    clientProblem(
      app,
      { secret, assertion: assertionOf(request) },
      {
        tokenUrls: tokenUrlsOf(world, request.origin),
        now: world.now(),
        wallNow: world.wallNow(),
      },
    );
  if (problem !== undefined) return refused(world, problem);
  return granted(world, app, request);
}

function appProblem(app: RegisteredApp): refusals.SignInError | undefined {
  if (app.isEnabled === false) return refusals.disabledApp(app.clientId);
  return app.refusal ? refusals.otherRefusal(app.refusal) : undefined;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function assertionOf({ form }: SignInRequest): string | undefined {
  const isOne = form.get('client_assertion_type') === ASSERTION_TYPE;
  return isOne ? (form.get('client_assertion') ?? undefined) : undefined;
}

/** Under every name that stands for the tenant. */
function tokenUrlsOf({ tenantId, domains }: SignInWorld, origin: string): string[] {
  return [tenantId, ...domains].map((tenant) => `${origin}/${tenant}/oauth2/v2.0/token`);
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
