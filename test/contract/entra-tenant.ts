import { ClientSecretCredential } from '@azure/identity';
import { openEntra } from '../../lib/entra/directory.ts';
import type { ChangeFeed } from '../../lib/ports/entra.ts';
import type { Kind } from '../../lib/sync/entry.ts';
import type { Selection } from '../../lib/sync/rules/properties.ts';
import { startTenant } from '../../local/tenant/tenant.ts';
import { DEFAULT_SELECTION } from '../unit/entra/default-selection.ts';
import { trustedCertificates } from './trusted-certificates.ts';

/** An application that may sign in. */
interface App {
  readonly clientId: string;
  readonly secret: string;
  readonly roles: string[];
}

/** May read all of it. */
export const reader: App = {
  clientId: 'aaaaaaaa-0000-4000-8000-000000000001',
  secret: 'reader-secret',
  roles: ['User.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'],
};

/** May sign in, and nothing else. */
export const stranger: App = {
  ...reader,
  clientId: 'aaaaaaaa-0000-4000-8000-000000000002',
  roles: [],
};

/** A simulated tenant with genuine sign-in, for one test. */
export interface EntraTenant {
  readonly baseUrl: string;
  open(app?: App, selection?: Selection): ChangeFeed;
  /** Sends a control such as `POST faults`; the parsed answer. */
  control(route: string, body?: unknown): Promise<unknown>;
  /** Ids of all that is there. */
  ids(kind: Kind): Promise<string[]>;
  /** Requests that the feeds have sent since the last reset. */
  requests(): number;
  resetRequests(): void;
  close(): Promise<void>;
}

/**
 * @param seed how much the tenant holds
 * @param pageSize objects on a page of a round
 */
export async function startEntraTenant(
  seed: { users: number; groups: number; memberships: number },
  pageSize = 9,
): Promise<EntraTenant> {
  const tenant = await startTenant({
    tls: await trustedCertificates(),
    apps: [reader, stranger],
    seed: { ...seed, seed: 7 },
    pageSize,
    memberPageSize: 25,
  });
  let requests = 0;
  const open = (app = reader, selection = DEFAULT_SELECTION): ChangeFeed => {
    const options = {
      baseUrl: tenant.baseUrl,
      clock: { now: () => Date.now() },
      sleep: async () => undefined,
      count: () => {
        requests += 1;
      },
      credential: new ClientSecretCredential(tenant.tenantId, app.clientId, app.secret, {
        authorityHost: tenant.baseUrl,
        disableInstanceDiscovery: true,
      }),
    };
    return openEntra(options, selection);
  };
  return {
    baseUrl: tenant.baseUrl,
    open,
    control: (route, body) => sendControl(tenant.baseUrl, route, body),
    ids: (kind) => readIds(open(), kind),
    requests: () => requests,
    resetRequests: () => {
      requests = 0;
    },
    close: () => tenant.close(),
  };
}

async function sendControl(baseUrl: string, route: string, body: unknown): Promise<unknown> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${baseUrl}/__tenant/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function readIds(feed: ChangeFeed, kind: Kind): Promise<string[]> {
  const ids = new Set<string>();
  for (let link: string | null | undefined = null; link !== undefined; ) {
    const page = await feed.readPage(kind, link);
    for (const item of page.items) if (!item.removed) ids.add(item.id);
    link = page.nextLink;
  }
  return [...ids];
}
