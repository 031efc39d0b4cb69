import { HttpRequest } from '@azure/functions';
import type { ResourceStore } from '../../../../lib/ports/resources.ts';
import { openScim } from '../../../../lib/scim/server/scim.ts';
import type { Connection } from '../../../../lib/sync/connection.ts';
import type { CredentialRole } from '../../../../lib/sync/credential.ts';
import { MemoryBus } from '../../../properties/memory-bus.ts';
import type { Received, Sent, Stage } from '../../../scenarios/scim/replay.ts';
import { openService } from '../oauth/open-service.ts';
import { MemoryStore } from './memory-store.ts';

const ORIGIN = 'https://tandem.example';

/** The SCIM service of a process, on stores in memory. */
export async function openScimService(openStore?: (connectionId: string) => ResourceStore) {
  const service = await openService();
  const stores = new Map<string, ResourceStore>();
  const ticking = { time: service.clock.now(), now: () => (ticking.time += 1) };
  const open = openStore ?? (() => new MemoryStore({ now: ticking.now }));
  const bus = new MemoryBus(service.clock, async () => {});
  const resources = ({ id }: Pick<Connection, 'id'>) => {
    const store = stores.get(id) ?? open(id);
    stores.set(id, store);
    return store;
  };
  const unasked = () => {
    throw new Error('the SCIM service does not ask for this');
  };
  const directories = {
    resources,
    entra: unasked,
    entraWrites: unasked,
    notifications: unasked,
    app: unasked,
    outbox: unasked,
    spelling: unasked,
  };
  const needs = { ...service, bus, directories, config: { publicUrl: undefined } };
  const handle = openScim(async () => needs);
  const send = async (connectionId: string, sent: Sent, bearer: string | undefined) =>
    receivedOf(await handle(requestOf(connectionId, sent, bearer), unasked as never));
  return {
    ...service,
    bus,
    resources,
    send,
    /** A connection of its own, with a directory that is empty. */
    stage: async (
      connectionId: string,
      role: CredentialRole = 'app',
      more: Partial<Connection> = {},
    ): Promise<Stage> => {
      const push = role === 'entra' ? { import: 'push' as const } : {};
      await service.connect(connectionId, { ...push, ...more });
      const { bearer } = await service.token(connectionId, { role });
      return {
        base: `${ORIGIN}/scim/v2/${connectionId}`,
        bearer,
        send: (sent) =>
          send(connectionId, sent, sent.bearer === undefined ? bearer : (sent.bearer ?? undefined)),
      };
    },
  };
}

function requestOf(
  connectionId: string,
  { method, path, headers, body }: Sent,
  bearer: string | undefined,
): HttpRequest {
  return new HttpRequest({
    method,
    url: `${ORIGIN}/scim/v2/${connectionId}${path}`,
    headers: { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    ...(body !== undefined && { body: { string: body } }),
  });
}

async function receivedOf(
  answer: Awaited<ReturnType<ReturnType<typeof openScim>>>,
): Promise<Received> {
  if (typeof answer !== 'object' || answer === null || !('status' in answer))
    throw new Error('the service answers with an object');
  const { status, headers, body } = answer;
  const text = 'jsonBody' in answer ? JSON.stringify(answer.jsonBody) : body;
  return {
    status: Number(status),
    headers: new Headers(Object.entries(headers ?? {}).map(([k, v]) => [k, String(v)])),
    text: typeof text === 'string' ? text : '',
  };
}
