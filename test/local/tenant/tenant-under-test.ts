import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { Client, GraphError } from '@microsoft/microsoft-graph-client';
import { type Certificates, makeCertificates } from '../../../local/certificates.ts';
import { ALL_ROLES } from '../../../local/tenant/graph/permissions.ts';
import { startTenant, type Tenant, type TenantOptions } from '../../../local/tenant/tenant.ts';

export interface TenantUnderTest {
  readonly tenant: Tenant;
  /** The genuine client, signed in as an application that may do everything. */
  readonly graph: Client;
  /** The genuine client of an application with these permissions only. */
  graphAs(clientId: string): Client;
  credential(clientId: string, secret?: string): ClientSecretCredential;
  /** A bare request to Graph, for what the client hides; the link may be whole or below /v1.0. */
  raw(link: string, init?: RawRequest): Promise<Response>;
  /** As `raw`, with the body as it stands, error or not. */
  json(link: string, headers?: Record<string, string>): Promise<AnyBody>;
  /** A request to a control; resolves with its JSON. */
  control(request: string, body?: unknown): Promise<Record<string, unknown>>;
  /** All pages from a link or path on, with the delta link at the end. */
  round(link: string, headers?: Record<string, string>): Promise<Round>;
}

interface RawRequest {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export interface DeltaItem {
  readonly id: string;
  readonly '@removed'?: { readonly reason: string };
  readonly 'members@delta'?: readonly Related[];
  readonly 'manager@delta'?: readonly Related[];
  readonly [name: string]: unknown;
}

interface Related {
  readonly '@odata.type': string;
  readonly id: string;
  readonly '@removed'?: { readonly reason: string };
}

interface DeltaPage {
  readonly value: readonly DeltaItem[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** What bodies can hold, for looking at what is there. */
export interface AnyBody {
  readonly value: DeltaItem[];
  readonly '@odata.nextLink': string;
  readonly '@odata.deltaLink': string;
  readonly '@odata.count': number;
  readonly error: {
    readonly code: string;
    readonly details: readonly object[];
    readonly innerError: Readonly<Record<string, string>>;
  };
}

interface Round {
  readonly pages: readonly DeltaPage[];
  readonly items: readonly DeltaItem[];
  readonly deltaLink: string;
}

export const SECRET = 'correct-horse';
const ADMIN = 'a0000000-0000-4000-8000-000000000001';

/** Starts a tenant; `apps` gives further applications by client id, with their permissions. */
export async function tenantUnderTest(
  options: Omit<TenantOptions, 'tls' | 'apps'> & {
    readonly apps?: Readonly<Record<string, readonly string[]>>;
  } = {},
): Promise<TenantUnderTest> {
  certificates ??= trustedCertificates();
  const { key, cert } = await certificates;
  const { apps = {}, ...rest } = options;
  const registered = { [ADMIN]: ALL_ROLES, ...apps };
  const tenant = await startTenant({
    ...rest,
    tls: { key, cert },
    apps: Object.entries(registered).map(([clientId, roles]) => ({
      clientId,
      secret: SECRET,
      roles: [...roles],
    })),
  });
  return around(tenant);
}

let certificates: Promise<Certificates> | undefined;

/** Made once a test file, because openssl takes longer than most tests. */
async function trustedCertificates(): Promise<Certificates> {
  const directory = await mkdtemp(join(tmpdir(), 'tenant-test-'));
  const made = await makeCertificates(directory);
  await rm(directory, { recursive: true });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), made.caPem]);
  return made;
}

function around(tenant: Tenant): TenantUnderTest {
  const credential = (clientId: string, secret = SECRET) =>
    new ClientSecretCredential(tenant.tenantId, clientId, secret, {
      authorityHost: tenant.baseUrl,
      disableInstanceDiscovery: true,
    });
  const graphAs = (clientId: string) => clientFor(tenant, credential(clientId));
  const admin = credential(ADMIN);
  const raw: TenantUnderTest['raw'] = async (link, init = {}) => {
    const token = await admin.getToken('https://graph.microsoft.com/.default');
    const url = link.startsWith('https:') ? link : `${tenant.baseUrl}/v1.0${link}`;
    const headers = { Authorization: `Bearer ${token.token}`, ...init.headers };
    return fetch(url, { ...init, headers });
  };
  return {
    tenant,
    credential,
    graphAs,
    graph: graphAs(ADMIN),
    raw,
    json: async (link, headers = {}) => (await (await raw(link, { headers })).json()) as AnyBody,
    control: (request, body) => askControl(tenant, request, body),
    round: (link, headers = {}) => readRound(raw, link, headers),
  };
}

function clientFor(tenant: Tenant, credential: ClientSecretCredential): Client {
  return Client.initWithMiddleware({
    baseUrl: `${tenant.baseUrl}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
    authProvider: {
      getAccessToken: async () =>
        (await credential.getToken('https://graph.microsoft.com/.default')).token,
    },
  });
}

async function askControl(
  tenant: Tenant,
  request: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const [method = 'GET', path = ''] = request.split(' ');
  const response = await fetch(`${tenant.baseUrl}/__tenant/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request}: ${String(response.status)} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

async function readRound(
  raw: TenantUnderTest['raw'],
  link: string,
  headers: Record<string, string>,
): Promise<Round> {
  const pages: DeltaPage[] = [];
  let next: string | undefined = link;
  while (next !== undefined) {
    const response = await raw(next, { headers });
    if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`);
    const page = (await response.json()) as DeltaPage;
    pages.push(page);
    next = page['@odata.nextLink'];
  }
  const deltaLink = pages.at(-1)?.['@odata.deltaLink'] ?? '';
  return { pages, items: pages.flatMap(({ value }) => value), deltaLink };
}

/** What the genuine client makes of a refusal. */
export async function refusal(request: Promise<unknown>): Promise<GraphError> {
  try {
    await request;
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
