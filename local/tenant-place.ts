import { randomUUID } from 'node:crypto';
import { given } from './given.ts';
import type { Installation } from './installation.ts';
import { type Seed, startTenantProcess } from './tenant-process.ts';

/** What a tenant begins with, how it pages, and what the connector may do in it. */
export interface TenantOptions extends Seed {
  /** Objects a delta page of the tenant, and members a page. */
  readonly pageSize?: number;
  readonly memberPageSize?: number;
  /** Whether the app may write the tenant's users and groups, too. */
  readonly writes?: boolean;
}

/** Where the simulated tenant runs. */
export interface TenantPlace {
  readonly url: string;
  /**
   * Another tenant at the same address, which is all that the app knows of it, with the same
   * connector registered. @returns its id
   */
  readonly replace: (options: TenantOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** All that the tenants of a place have in common. */
type Base = Omit<Parameters<typeof startTenantProcess>[0], 'seed' | 'paging' | 'writes'>;

const SEED = ['users', 'groups', 'memberships', 'seed'] as const;
const PAGING = ['pageSize', 'memberPageSize'] as const;

/** Starts the tenant of an installation. */
export async function openTenantPlace(base: Base, options: TenantOptions): Promise<TenantPlace> {
  const start = (installation: Installation, chosen: TenantOptions) =>
    startTenantProcess({
      ...base,
      ...given(chosen, ['writes']),
      installation,
      seed: given(chosen, SEED),
      paging: given(chosen, PAGING),
    });
  let tenant = await start(base.installation, options);
  const { url } = tenant;
  return {
    url,
    replace: async (chosen) => {
      await tenant.close();
      const tenantId = randomUUID();
      const tenantPort = Number(new URL(url).port);
      tenant = await start({ ...base.installation, tenantId, tenantPort }, chosen);
      return tenantId;
    },
    close: () => tenant.close(),
  };
}
