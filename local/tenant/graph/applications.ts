import { createHash, X509Certificate } from 'node:crypto';
import type { RegisteredApp } from '../sign-in/registered-app.ts';
import { ok } from './graph-call.ts';
import { badRequest } from './graph-error.ts';
import { READ_APPLICATIONS } from './permissions.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

/** When Entra's portal would have made them; nobody asks for more than that it is there. */
const CREATED = '2024-01-01T00:00:00Z';
const NEVER = '2299-12-31T00:00:00Z';

/** Registrations of applications whose home this tenant is. */
export function applicationRoutes(world: TenantWorld): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: 'applications',
      roles: READ_APPLICATIONS,
      units: 2,
      handle: (call) => {
        const filter = call.query.get('$filter') ?? '';
        const appId = /^appId eq '([0-9a-f-]{36})'$/i.exec(filter)?.[1];
        if (appId === undefined) throw badRequest('This filter of applications is not supported.');
        const app = world.apps.get(appId);
        // Brought in by consent, only its service principal is here.
        const value = app !== undefined && app.isInTenant === undefined ? [shown(app)] : [];
        return ok({ '@odata.context': `${call.origin}/v1.0/$metadata#applications`, value });
      },
    },
  ];
}

function shown(app: RegisteredApp): object {
  const passwords = [{ secret: app.secret, expires: app.secretExpires }, ...(app.passwords ?? [])];
  return {
    id: idOf(app.clientId),
    appId: app.clientId,
    displayName: 'Tandem',
    passwordCredentials: passwords.map(({ secret, expires }) => ({
      customKeyIdentifier: null,
      displayName: null,
      startDateTime: CREATED,
      endDateTime: expires ?? NEVER,
      keyId: idOf(secret),
      hint: secret.slice(0, 3),
      secretText: null,
    })),
    keyCredentials: (app.certificates ?? []).map((pem) => {
      const { validTo, raw } = new X509Certificate(pem);
      return {
        keyId: idOf(pem),
        customKeyIdentifier: createHash('sha1').update(raw).digest('hex').toUpperCase(),
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
        endDateTime: new Date(validTo).toISOString(),
      };
    }),
  };
}

/** Always the same for the same thing, as a GUID. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
