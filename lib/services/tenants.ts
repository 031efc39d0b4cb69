import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { openEntraSignIn, type SignInNeeds } from '../azure/entra-sign-in.ts';
import { telemetry } from '../azure/telemetry.ts';
import type { Config } from '../config.ts';
import type { GraphOptions } from '../entra/client.ts';
import { credentialsInOrder } from '../entra/credentials-in-order.ts';
import { openEntra } from '../entra/directory.ts';
import { openNotifications } from '../entra/notifications.ts';
import { openTenantFacts } from '../entra/tenant-facts.ts';
import { openWritePacing, type WritePacing } from '../entra/write-pacing.ts';
import { openEntraWrites } from '../entra/writes.ts';
import type { Notifications, TenantFacts } from '../ports/entra.ts';
import type { EntraWrites } from '../ports/entra-writes.ts';
import type { Secrets } from '../ports/platform.ts';
import type { Directories, Tenants } from '../ports.ts';
import { type Connection, DEFAULT_WRITE_SHARE } from '../sync/connection.ts';
import { credentialsFor, type EntraCredential, type Part } from '../sync/entra-credential.ts';
import type { Selection } from '../sync/rules/properties.ts';
import { keyOf } from '../sync/rules/rules-key.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { type WatchNeeds, watchCredentials } from './watch-credentials.ts';

/** What opening tenants takes. */
export interface TenantNeeds extends WatchNeeds {
  readonly config: Config;
  readonly secrets: Secrets;
}

/** The Entra side of a connection. */
interface Tenant {
  readonly feedOf: (selection?: Selection) => ReturnType<Directories['entra']>;
  readonly notifications: Notifications;
  readonly writes: EntraWrites;
  readonly factsOf: (part: Part) => TenantFacts;
}

/** The Entra side of connections, kept as long as their settings stay the same. */
export function openTenants(
  needs: TenantNeeds,
): Pick<Directories, 'entra' | 'notifications' | 'entraWrites'> & Tenants {
  const tenants = new Map<string, { readonly of: string; readonly tenant: Tenant }>();
  // The quota belongs to an application in a tenant, whatever becomes of a connection's settings.
  const pacings = new Map<string, WritePacing>();
  const pacingOf = ({ id, entra: { tenantId, clientId }, writeShare }: Connection): WritePacing => {
    const key = `${tenantId} ${clientId}`;
    const pacing = pacings.get(key) ?? openWritePacing({ now: () => needs.clock.now(), sleep });
    pacings.set(key, pacing);
    pacing.allow(id, writeShare ?? DEFAULT_WRITE_SHARE);
    return pacing;
  };
  const tenantOf = (connection: Connection): Tenant => {
    const known = tenants.get(connection.id);
    // Rules that are only being checked ask for something else under the same version.
    const { selection } = keyOf(rulesOf(connection));
    const of = `${connection.createdAt} ${connection.settingsVersion} ${selection}`;
    if (known?.of === of) return known.tenant;
    const tenant = openTenant(needs, connection, pacingOf(connection));
    tenants.set(connection.id, { of, tenant });
    return tenant;
  };
  return {
    entra: (connection, selection) => tenantOf(connection).feedOf(selection),
    notifications: (connection) => tenantOf(connection).notifications,
    entraWrites: (connection) => tenantOf(connection).writes,
    facts: (connection, part) => tenantOf(connection).factsOf(part),
    trySignIn: ({ id, entra: { tenantId } }, credential, unsaved) => {
      const secrets = {
        get: async (name: string) => unsaved?.get(name) ?? needs.secrets.get(name),
      };
      const signIn = openEntraSignIn(signInNeeds({ ...needs, secrets }), tenantId, credential);
      return openTenantFacts(graphOptions(needs, id, signIn));
    },
  };
}

/** Each credential signs in once for all parts that use it, so that they share its tokens. */
function openTenant(needs: TenantNeeds, connection: Connection, pacing: WritePacing): Tenant {
  const { tenantId, credentials } = connection.entra;
  const signIns = new Map(
    credentials.map((one) => [one.id, openEntraSignIn(signInNeeds(needs), tenantId, one)]),
  );
  const chains = new Map<string, TokenCredential>();
  const chainOf = (ordered: readonly EntraCredential[]): TokenCredential => {
    const key = ordered.map(({ id }) => id).join();
    const named = ordered.flatMap(({ id }) => {
      const credential = signIns.get(id);
      return credential ? [{ id, credential }] : [];
    });
    const chain = chains.get(key) ?? credentialsInOrder(named, watchCredentials(needs, connection));
    chains.set(key, chain);
    return chain;
  };
  const optionsOf = (part?: Part) =>
    graphOptions(needs, connection.id, chainOf(credentialsFor(connection, part)));
  const [ofUsers, ofGroups] = [optionsOf('users'), optionsOf('groups')];
  const usual = openEntra(ofUsers, rulesOf(connection).selection, ofGroups);
  return {
    feedOf: (selection) =>
      selection === undefined ? usual : openEntra(ofUsers, selection, ofGroups),
    notifications: openNotifications(optionsOf()),
    writes: openEntraWrites(optionsOf('export'), pacing),
    factsOf: (part) => openTenantFacts(optionsOf(part)),
  };
}

function graphOptions(
  { config, clock }: Pick<TenantNeeds, 'config' | 'clock'>,
  connection: string,
  credential: TokenCredential,
): GraphOptions {
  return {
    baseUrl: config.graphBaseUrl,
    credential,
    clock,
    count: () => telemetry.count('graph.requests', 1, { connection }),
    countWrites: (writes) => telemetry.count('graph.writes', writes, { connection }),
    countUnits: (units) => telemetry.count('graph.units', units, { connection }),
  };
}

function signInNeeds({
  config,
  clock,
  secrets,
}: Pick<TenantNeeds, 'config' | 'clock'> & Pick<SignInNeeds, 'secrets'>): SignInNeeds {
  const { entraAuthority: authority, connector, identityClientId } = config;
  return { secrets, clock, authority, connector, identityClientId };
}
