import type { GraphAnswer } from '../graph/graph-call.ts';
import type { RegisteredApp } from './registered-app.ts';
import * as refusals from './sign-in-error.ts';

/** Who may be brought in, and what the administrator is shown. */
export interface ConsentWorld {
  readonly tenantId: string;
  readonly apps: Map<string, RegisteredApp>;
  readonly now: () => number;
}

/** What a browser asks for (Entra docs: admin consent). */
interface Asked {
  /** The newer form, which names scopes. */
  readonly isV2: boolean;
  readonly query: ReadonlyMap<string, string>;
}

/** A tenant that is not this one. */
const ANOTHER_TENANT = '00000000-feed-4000-8000-000000000000';

/**
 * Plays the administrator who is asked for consent: the answer leads the browser back at once. As in
 * Entra the newer form says `admin_consent=True` in a refusal as well.
 */
export function answerConsent(world: ConsentWorld, { isV2, query }: Asked): GraphAnswer {
  const refused = (error: refusals.SignInError): GraphAnswer => ({
    status: error.status,
    body: refusals.signInErrorBody(error, world.now()),
  });
  const clientId = query.get('client_id') ?? '';
  const app = world.apps.get(clientId);
  if (app === undefined) return refused(refusals.unknownApp(clientId, world.tenantId));
  const redirectUri = query.get('redirect_uri') ?? app.redirectUris?.[0] ?? '';
  const isKnown = app.redirectUris?.includes(redirectUri) ?? URL.canParse(redirectUri);
  if (!isKnown) return refused(refusals.unknownRedirect(clientId));
  if (isV2 && !query.has('scope')) return refused(refusals.missingParameter('scope'));
  return redirect(redirectUri, { ...answered(world, app, isV2), state: query.get('state') });
}

function answered(
  world: ConsentWorld,
  app: RegisteredApp,
  isV2: boolean,
): Record<string, string | undefined> {
  if (app.consent === 'deny') {
    return isV2
      ? { admin_consent: 'True', error: 'access_denied', error_description: DECLINED }
      : { error: 'permission_denied', error_description: 'The admin canceled the request' };
  }
  const tenant = app.consent === 'forged-tenant' ? ANOTHER_TENANT : world.tenantId;
  if (app.consent !== 'forged-tenant') {
    world.apps.set(app.clientId, { ...app, isInTenant: true, roles: app.requested ?? app.roles });
  }
  const scope = isV2 ? 'https://graph.microsoft.com/.default' : undefined;
  return { admin_consent: 'True', tenant, scope };
}

const DECLINED =
  'AADSTS65004: User declined to consent to access the app.\r\nTrace ID: 00000000-0000-4000-8000-000000000000';

function redirect(
  to: string,
  values: Readonly<Record<string, string | null | undefined>>,
): GraphAnswer {
  const url = new URL(to);
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  return { status: 302, headers: { Location: url.href } };
}
