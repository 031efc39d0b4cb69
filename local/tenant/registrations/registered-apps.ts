import { createHash, X509Certificate } from 'node:crypto';
import type { RegisteredApp } from '../sign-in/registered-app.ts';
import { guidOf } from './registration-book.ts';

/** When Entra's portal would have made them; nobody asks for more than that it is there. */
const CREATED = '2024-01-01T00:00:00Z';
const NEVER = '2299-12-31T00:00:00Z';

/** An application that signs in here, as its registration shows it; undefined where it is registered elsewhere. */
export function registrationOf(app: RegisteredApp): { readonly appId: string } | undefined {
  // Brought in by consent, only its service principal is here.
  return app.isInTenant === undefined ? shown(app) : undefined;
}

function shown(app: RegisteredApp) {
  const passwords = [{ secret: app.secret, expires: app.secretExpires }, ...(app.passwords ?? [])];
  return {
    id: guidOf(app.clientId),
    appId: app.clientId,
    displayName: 'Tandem',
    passwordCredentials: passwords.map(({ secret, expires }) => ({
      customKeyIdentifier: null,
      displayName: null,
      startDateTime: CREATED,
      endDateTime: expires ?? NEVER,
      keyId: guidOf(secret),
      hint: secret.slice(0, 3),
      secretText: null,
    })),
    keyCredentials: (app.certificates ?? []).map((pem) => {
      const { validTo, raw } = new X509Certificate(pem);
      return {
        keyId: guidOf(pem),
        customKeyIdentifier: createHash('sha1').update(raw).digest('hex').toUpperCase(),
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
        endDateTime: new Date(validTo).toISOString(),
      };
    }),
  };
}
