import { tendAll } from '../../../../lib/flows/upkeep/tend-all.ts';
import {
  type Occasion,
  type TendNeeds,
  tendSubscriptions,
} from '../../../../lib/flows/upkeep/tend-subscriptions.ts';
import type { StoredWatch } from '../../../../lib/ports/connections.ts';
import type { Secrets } from '../../../../lib/ports/platform.ts';
import { openAlerts } from '../../../../lib/state/alerts.ts';
import { openConnections } from '../../../../lib/state/connections.ts';
import { openWatches } from '../../../../lib/state/watches.ts';
import type { Connection } from '../../../../lib/sync/connection.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';
import { FakeNotifications } from './fake-notifications.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '99999999-2222-4333-8444-555555555555';
const URL_OF_OURS = 'https://tandem.example';
export const addressAt = (origin: string) => `${origin}/graph/notifications/${TENANT}`;
export const ADDRESS = addressAt(URL_OF_OURS);

/** Connections to one tenant, and what sees to their subscriptions. */
export interface TendedWorld {
  readonly graph: FakeNotifications;
  readonly vault: ReadonlyMap<string, string>;
  readonly forgetSecrets: () => void;
  time: number;
  publicUrl: string | undefined;
  readonly connect: (id: string, enabled?: boolean) => Promise<void>;
  readonly switchSync: (id: string, enabled: boolean) => Promise<void>;
  readonly switchAutomatic: (id: string, automatic: boolean) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly tend: (occasion?: Occasion) => Promise<void>;
  readonly tendAll: () => Promise<void>;
  readonly watches: () => Promise<readonly StoredWatch[]>;
  /** What Graph was told to do since the last time. */
  readonly told: () => readonly string[];
  /** The addresses of all subscriptions. */
  readonly urls: () => readonly string[];
  readonly watch: (resource: 'users' | 'groups') => Promise<StoredWatch>;
}

export function tendedWorld(): TendedWorld {
  const tables = new MemoryTables();
  const table = tables.table('connections');
  const connections = openConnections(table);
  const stored = openWatches(table);
  const vault = new Map<string, string>();
  const graph = new FakeNotifications();
  const secrets: Secrets = {
    get: async (name) => vault.get(name),
    set: async (name, value) => void vault.set(name, value),
    remove: async (name) => void vault.delete(name),
  };
  const nobody = () => {
    throw new Error('nobody asks for it');
  };
  const needs = (): TendNeeds => ({
    alerts: openAlerts(tables.table('alerts')),
    bus: { send: async () => {}, collectDeadLetters: async () => 0 },
    connections,
    secrets,
    watches: stored,
    config: { publicUrl: world.publicUrl },
    clock: { now: () => world.time },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    directories: {
      notifications: () => graph,
      entra: nobody,
      entraWrites: nobody,
      app: nobody,
      resources: nobody,
      outbox: nobody,
      spelling: nobody,
    },
  });
  const watches = () => stored.of(TENANT);
  const world: TendedWorld = {
    graph,
    vault,
    watches,
    told: () => graph.calls.splice(0).filter((call) => call !== 'list'),
    urls: () => graph.all().map(({ notificationUrl }) => notificationUrl),
    time: Date.UTC(2026, 0, 1),
    publicUrl: URL_OF_OURS,
    forgetSecrets: () => vault.clear(),
    connect: async (id, enabled = true) => {
      await tables.ensure(['connections', 'alerts']);
      await connections.create(connection(id, enabled));
    },
    switchSync: async (id, enabled) => {
      const known = await connections.get(id);
      if (known) await connections.save({ ...known, enabled }, known.version);
    },
    switchAutomatic: async (id, automatic) => {
      const known = await connections.get(id);
      if (known) await connections.save({ ...known, automatic }, known.version);
    },
    remove: (id) => connections.remove(id),
    tend: (occasion) =>
      tendSubscriptions(needs(), { tenantId: TENANT, clientId: CLIENT }, occasion),
    tendAll: () => tendAll(needs()),
    watch: async (resource) => {
      const found = (await watches()).find((one) => one.resource === resource);
      if (!found) throw new Error(`nothing is known of ${resource}`);
      return found;
    },
  };
  return world;
}

function connection(id: string, enabled: boolean): Connection {
  const at = new Date(0).toISOString();
  return {
    id,
    enabled,
    name: id,
    entra: { tenantId: TENANT, clientId: CLIENT, credentials: [] },
    app: { kind: 'hosted' },
    settingsVersion: 1,
    createdAt: at,
    updatedAt: at,
  };
}
