/** Where the browser of an administrator comes back to. */
export const CALLBACK_PATH = '/manage/authorize/callback';

/** What a consent is asked for. */
export interface AskedConsent {
  /** Such as `https://login.microsoftonline.com`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Graph's origin: the permissions are those that the application registered for it. */
  readonly graph: string;
  readonly redirectUri: string;
  readonly state: string;
}

/** The address at which an administrator consents (Entra docs: admin consent, v2.0). */
export function consentAddress(asked: AskedConsent): string {
  const { authority, tenantId, clientId, graph, redirectUri, state } = asked;
  const url = new URL(`${authority.replace(/\/+$/, '')}/${tenantId}/v2.0/adminconsent`);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('scope', `${new URL(graph).origin}/.default`);
  url.searchParams.set('redirect_uri', redirectUri);
  url.searchParams.set('state', state);
  return url.href;
}

/** The callback of an app that is reached at `publicUrl`. */
export function callbackAddress(publicUrl: string): string {
  return publicUrl.replace(/\/+$/, '') + CALLBACK_PATH;
}

/** What the browser brought back: consent, or the reason why there is none. */
export type BroughtBack =
  | { readonly outcome: 'consented'; readonly tenant: string | null }
  | { readonly outcome: 'declined'; readonly why: string }
  | { readonly outcome: 'nothing' };

/**
 * Reads the redirect. The newer form says `admin_consent=True` beside an error as well (Entra docs:
 * admin consent), and whoever has the address can write all of it: it proves nothing.
 */
export function broughtBack(query: URLSearchParams): BroughtBack {
  const error = query.get('error');
  if (error !== null) {
    const number = /^AADSTS(\d{4,10})\b/.exec(query.get('error_description') ?? '')?.[1];
    return { outcome: 'declined', why: number === undefined ? codeOf(error) : `AADSTS${number}` };
  }
  if (query.get('admin_consent')?.toLowerCase() !== 'true') return { outcome: 'nothing' };
  return { outcome: 'consented', tenant: query.get('tenant')?.toLowerCase() ?? null };
}

/** An OAuth error code (RFC 6749 section 4.1.2.1), and nothing else that somebody could write. */
function codeOf(error: string): string {
  return /^[a-z_]{1,60}$/.test(error) ? error : 'an error';
}
