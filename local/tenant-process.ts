import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Certificates } from './certificates.ts';
import type { Installation } from './installation.ts';
import { startChild } from './processes.ts';
import { READ_ROLES, WRITE_ROLES } from './tenant/graph/permissions.ts';

/** How many of what the tenant begins with; the same seed makes the same tenant. */
export interface Seed {
  readonly users?: number;
  readonly groups?: number;
  readonly memberships?: number;
  readonly seed?: number;
}

/** The simulated tenant, in a process of its own. */
export interface TenantProcess {
  /** Its address, for sign-in and Graph. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const MODULE = fileURLToPath(new URL('tenant/main.ts', import.meta.url));

const DEFAULT_SEED = { users: 100, groups: 20, memberships: 400, seed: 1 };

/** Starts the simulated tenant over https with the connector registered in it. */
export async function startTenantProcess(options: {
  readonly installation: Installation;
  readonly certificates: Certificates;
  readonly seed: Seed;
  readonly paging?: { readonly pageSize?: number; readonly memberPageSize?: number };
  /** Whether the connector may write users and groups, too. */
  readonly writes?: boolean;
  /** PEM of another authority under which it calls receivers of notifications. */
  readonly callbackCa?: string;
  readonly onOutput?: (text: string) => void;
}): Promise<TenantProcess> {
  const { tenantId, clientId, clientSecret, tenantPort } = options.installation;
  const { key, cert, caPem } = options.certificates;
  // The application permissions that the connector asks for; its registration stands for the admin
  // API as well, where administrators sign in.
  const roles = [...READ_ROLES, ...(options.writes === true ? WRITE_ROLES : [])];
  const child = await startChild({
    name: 'tenant',
    module: MODULE,
    argument: {
      port: tenantPort ?? 0,
      tls: { key, cert },
      callbackCa: [caPem, options.callbackCa ?? ''].join('\n'),
      tenantId,
      apps: [{ clientId, secret: clientSecret, roles, appRoles: { [clientId]: ['Sync.Admin'] } }],
      seed: { ...DEFAULT_SEED, ...options.seed },
      ...options.paging,
    },
    ready: z.object({ ready: z.literal(true), baseUrl: z.url() }),
    readyWithinMs: 60_000,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
  return {
    url: child.ready.baseUrl.replace(/\/$/, ''),
    close: async () => {
      await child.end(3000);
    },
  };
}
