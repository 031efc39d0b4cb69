import { graphTime } from '../clock.ts';
import { COMPANY, DEFAULT_DOMAIN, INITIAL_DOMAIN } from '../seed/organisation.ts';
import type { Domain } from './domains.ts';
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
          value: [...world.domains.values()].map(shownDomain),
        }),
    },
    {
      method: 'GET',
      pattern: 'domains/{id}',
      roles: READ_DOMAINS,
      handle: (_call, { id = '' }) => {
        const domain = world.domains.get(id.toLowerCase());
        if (domain === undefined) throw notFound(id);
        return ok(shownDomain(domain));
      },
    },
  ];
}

function organization({ tenantId, clock, domains }: TenantWorld): object {
  const verified = [...domains.values()].filter(({ isVerified }) => isVerified);
  return {
    id: tenantId,
    displayName: COMPANY,
    countryLetterCode: 'CH',
    city: 'Zürich',
    preferredLanguage: 'de',
    technicalNotificationMails: [`it@${DEFAULT_DOMAIN}`],
    onPremisesSyncEnabled: true,
    onPremisesLastSyncDateTime: graphTime(clock.now() - 20 * 60 * 1000),
    verifiedDomains: verified.map(({ name, authenticationType }) => ({
      name,
      type: authenticationType,
      isDefault: name === DEFAULT_DOMAIN,
      isInitial: name === INITIAL_DOMAIN,
      capabilities: 'Email, OfficeCommunicationsOnline',
    })),
  };
}

function shownDomain({ name, authenticationType, isVerified }: Domain): object {
  return {
    id: name,
    authenticationType,
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault: name === DEFAULT_DOMAIN,
    isInitial: name === INITIAL_DOMAIN,
    isRoot: true,
    isVerified,
    supportedServices: isVerified ? ['Email', 'OfficeCommunicationsOnline'] : [],
    passwordValidityPeriodInDays: 90,
    passwordNotificationWindowInDays: 14,
  };
}
