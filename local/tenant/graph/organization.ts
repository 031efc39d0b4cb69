import { graphTime } from '../clock.ts';
import { COMPANY, DEFAULT_DOMAIN, INITIAL_DOMAIN, VERIFIED_DOMAINS } from '../seed/organisation.ts';
import { ok } from './graph-call.ts';
import { notFound } from './graph-error.ts';
import { READ_DOMAINS, READ_ORGANIZATION } from './permissions.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

/** The organisation and its domains. */
export function organizationRoutes(world: TenantWorld): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: 'organization',
      roles: READ_ORGANIZATION,
      handle: (call) =>
        ok({
          '@odata.context': `${call.origin}/v1.0/$metadata#organization`,
          value: [organization(world)],
        }),
    },
    {
      method: 'GET',
      pattern: 'domains',
      roles: READ_DOMAINS,
      handle: (call) =>
        ok({
          '@odata.context': `${call.origin}/v1.0/$metadata#domains`,
          value: VERIFIED_DOMAINS.map(domain),
        }),
    },
    {
      method: 'GET',
      pattern: 'domains/{id}',
      roles: READ_DOMAINS,
      handle: (_call, { id = '' }) => {
        if (!VERIFIED_DOMAINS.includes(id.toLowerCase())) throw notFound(id);
        return ok(domain(id.toLowerCase()));
      },
    },
  ];
}

function organization({ tenantId, clock }: TenantWorld): object {
  return {
    id: tenantId,
    displayName: COMPANY,
    countryLetterCode: 'CH',
    city: 'Zürich',
    preferredLanguage: 'de',
    technicalNotificationMails: [`it@${DEFAULT_DOMAIN}`],
    onPremisesSyncEnabled: true,
    onPremisesLastSyncDateTime: graphTime(clock.now() - 20 * 60 * 1000),
    verifiedDomains: VERIFIED_DOMAINS.map((name) => ({
      name,
      type: 'Managed',
      isDefault: name === DEFAULT_DOMAIN,
      isInitial: name === INITIAL_DOMAIN,
      capabilities: 'Email, OfficeCommunicationsOnline',
    })),
  };
}

function domain(id: string): object {
  return {
    id,
    authenticationType: 'Managed',
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault: id === DEFAULT_DOMAIN,
    isInitial: id === INITIAL_DOMAIN,
    isRoot: true,
    isVerified: true,
    supportedServices: ['Email', 'OfficeCommunicationsOnline'],
    passwordValidityPeriodInDays: 90,
    passwordNotificationWindowInDays: 14,
  };
}
