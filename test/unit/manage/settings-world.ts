import { HttpRequest, HttpResponse } from '@azure/functions';
import { z } from 'zod';
import { type ManageNeeds, manage } from '../../../lib/manage/manage.ts';
import { openAuthorizations } from '../../../lib/state/authorizations.ts';
import { openCheckpoints } from '../../../lib/state/checkpoints.ts';
import { openConnections } from '../../../lib/state/connections.ts';
import { openCredentials } from '../../../lib/state/credentials.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';
import { requireDescribed } from '../../scenarios/described-exchange.ts';

const TOKEN = 'of-this-machine';
const CONNECTOR = '77777777-2222-4333-8444-555555555555';

/** What the admin API answered, held against its description. */
export interface Answered {
  readonly status: number;
  readonly etag: string;
  readonly body: Record<string, unknown>;
}

/** The admin API over real state in memory; nobody else is there. */
export async function settingsWorld() {
  const requests: string[] = [];
  const tables = new MemoryTables({ step: async (what) => void requests.push(what) });
  await tables.ensure(['connections', 'checkpoints', 'credentials', 'authorizations']);
  const vault = new Map([['admin-token', TOKEN]]);
  const sent: string[] = [];
  const state = { now: Date.UTC(2026, 0, 1) };
  const needs = {
    adminTokens: undefined,
    connections: openConnections(tables.table('connections')),
    checkpoints: openCheckpoints(tables.table('checkpoints')),
    credentials: openCredentials(tables.table('credentials')),
    authorizations: openAuthorizations(tables.table('authorizations')),
    secrets: {
      get: async (name: string) => vault.get(name),
      set: async (name: string, value: string) => void vault.set(name, value),
      remove: async (name: string) => void vault.delete(name),
    },
    bus: {
      send: async (_: string, messages: readonly { body: { reason: string } }[]) =>
        void sent.push(...messages.map(({ body }) => body.reason)),
    },
    directories: {
      spelling: (_: string, name: string) => name,
      entra: () => ({ named: async () => new Map() }),
    },
    clock: { now: () => state.now },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    config: {
      pollSchedule: '0 */3 * * * *',
      connector: { clientId: CONNECTOR },
      webhooksToLoopback: false,
    },
  } as unknown as ManageNeeds;
  const ask = async (
    method: string,
    path: string,
    { body, ifMatch }: { readonly body?: unknown; readonly ifMatch?: string } = {},
  ): Promise<Answered> => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    };
    const request = new HttpRequest({
      method,
      url: `https://tandem.example${path}`,
      headers,
      ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
    });
    const response = new HttpResponse(await manage(async () => needs, request));
    const parsed = z.record(z.string(), z.unknown()).parse(JSON.parse(await response.text()));
    const { status } = response;
    const answer = { status, headers: response.headers, body: parsed };
    requireDescribed({ method, path, sent: body === undefined ? {} : { body }, answer });
    return { status, etag: response.headers.get('etag') ?? '', body: parsed };
  };
  const { connections, checkpoints } = needs;
  return { ask, vault, sent, state, requests, connections, checkpoints };
}
export type SettingsWorld = Awaited<ReturnType<typeof settingsWorld>>;
