import { ClientSecretCredential } from '@azure/identity';
import { openWritePacing } from '../../lib/entra/write-pacing.ts';
import { openEntraWrites } from '../../lib/entra/writes.ts';
import type { EntraOutcome, EntraWrites } from '../../lib/ports/entra-writes.ts';
import { startTenant, type TenantOptions } from '../../local/tenant/tenant.ts';
import { trustedCertificates } from './trusted-certificates.ts';

/** An application that may sign in. */
export interface App {
  readonly clientId: string;
  readonly secret: string;
  readonly roles: string[];
}

/** May read and write all of it. */
const writer: App = {
  clientId: 'aaaaaaaa-0000-4000-8000-000000000003',
  secret: 'writer-secret',
  roles: ['User.ReadWrite.All', 'Group.ReadWrite.All'],
};

/** May read all of it, and nothing else. */
export const reader: App = {
  ...writer,
  clientId: 'aaaaaaaa-0000-4000-8000-000000000004',
  roles: ['User.Read.All', 'GroupMember.Read.All'],
};

/** May write the members of groups, and nothing else. */
export const joiner: App = {
  ...writer,
  clientId: 'aaaaaaaa-0000-4000-8000-000000000005',
  roles: ['User.Read.All', 'GroupMember.ReadWrite.All'],
};

/** One request inside of a batch. */
export interface SentPart {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A simulated tenant that is written to through the genuine client, on a clock that only pauses move. */
export interface WrittenTenant {
  open(app?: App, share?: number): EntraWrites;
  /** Sends a control such as `POST faults`; the parsed answer. */
  control(route: string, body?: unknown): Promise<unknown>;
  /** Ids of a group's members, and of a user's manager, as they are. */
  membersOf(groupId: string): Promise<Set<string>>;
  managerOf(userId: string): Promise<string | null>;
  /** What the writes have sent since the last reset, batch by batch. */
  readonly batches: SentPart[][];
  /** Milliseconds of the pauses since the last reset. */
  readonly pauses: number[];
  /** Writes as the adapter counts them, since the last reset. */
  counted(): number;
  reset(): Promise<void>;
  /** Throws where anything was ever sent that must not be. */
  close(): Promise<void>;
}

/** @param chosen options of the tenant beside its applications */
export async function startWrittenTenant(
  chosen: Partial<TenantOptions> = {},
): Promise<WrittenTenant> {
  const tenant = await startTenant({
    tls: await trustedCertificates(),
    apps: [writer, reader, joiner],
    seed: { users: 60, groups: 5, memberships: 20, seed: 7 },
    ...chosen,
  });
  const batches: SentPart[][] = [];
  const sent: SentPart[] = [];
  const pauses: number[] = [];
  let counted = 0;
  let skipped = 0;
  const now = () => Date.now() + skipped;
  const control = (route: string, body?: unknown) => sendControl(tenant.baseUrl, route, body);
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    skipped += milliseconds;
    await control('POST clock', { advanceSeconds: milliseconds / 1_000 });
  };
  const pacedBy = (share: number) => {
    const pacing = openWritePacing({ now, sleep });
    pacing.allow('contract', share);
    return pacing;
  };
  return {
    open: (app = writer, share = 1) =>
      openEntraWrites(
        {
          baseUrl: tenant.baseUrl,
          clock: { now },
          sleep,
          random: () => 0,
          countWrites: (writes) => {
            counted += writes;
          },
          fetch: async (input, init) => {
            const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
            const { requests } = body as { requests?: SentPart[] };
            sent.push(...(requests ?? []));
            if (requests) batches.push(requests);
            return fetch(input, init);
          },
          credential: new ClientSecretCredential(tenant.tenantId, app.clientId, app.secret, {
            authorityHost: tenant.baseUrl,
            disableInstanceDiscovery: true,
          }),
        },
        pacedBy(share),
      ),
    control,
    membersOf: async (id) => {
      const { members = [] } = await dumped(tenant.baseUrl, id);
      return new Set(members.map((member) => member.id));
    },
    managerOf: async (id) => (await dumped(tenant.baseUrl, id)).manager ?? null,
    batches,
    pauses,
    counted: () => counted,
    reset: async () => {
      batches.length = 0;
      pauses.length = 0;
      counted = 0;
      await control('POST reset');
    },
    close: async () => {
      await tenant.close();
      for (const part of sent) checkPart(tenant.baseUrl, part);
    },
  };
}

/** Deletions of members end in `/$ref`: without it they mean the member itself. */
function checkPart(baseUrl: string, { method, url, body = {} }: SentPart): void {
  const isMembership = method === 'DELETE' && url.includes('/members');
  if (isMembership && !/^\/groups\/[\w-]{36}\/members\/[\w-]{36}\/\$ref$/.test(url))
    throw new Error(`${method} ${url} deletes the member itself`);
  const addresses = [body['members@odata.bind'] ?? [], body['@odata.id'] ?? []].flat();
  const own = `${baseUrl}/v1.0/directoryObjects/`;
  if (!addresses.every((address) => typeof address === 'string' && address.startsWith(own)))
    throw new Error(`${method} ${url} names something elsewhere`);
}

/** The ids of what was written. */
export function idsOf(outcomes: readonly EntraOutcome[]): string[] {
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(`not written: ${outcome.reason}, ${outcome.detail}`);
    return outcome.id;
  });
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

/** What the tenant shows of an object when it shows everything. */
async function dumped(
  baseUrl: string,
  id: string,
): Promise<{ members?: readonly { id: string }[]; manager?: string | null }> {
  const lines = (await (await fetch(`${baseUrl}/__tenant/dump`)).text()).trim().split('\n');
  const found = lines.find((line) => line.includes(`"id":"${id}"`) && JSON.parse(line).id === id);
  return found === undefined ? {} : JSON.parse(found);
}
