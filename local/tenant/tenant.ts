import { once } from 'node:events';
import { createServer } from 'node:https';
import { type TenantClock, tenantClock } from './clock.ts';
import type { ControlWorld } from './controls/control.ts';
import { DeltaTokens } from './delta/delta-token.ts';
import { Directory } from './directory/directory.ts';
import type { Answering } from './graph/answer-call.ts';
import { domainsWith, verifiedNames } from './graph/domains.ts';
import { ForeignTenant } from './graph/foreign-tenant.ts';
import { graphRoutes } from './graph/graph-routes.ts';
import { ALL_ROLES } from './graph/permissions.ts';
import { Replicas } from './graph/replicas.ts';
import { Router } from './graph/route.ts';
import type { TenantSettings, TenantWorld } from './graph/tenant-world.ts';
import { limitsFor } from './limits.ts';
import { type TenantOptions, tenantOptionsSchema } from './options.ts';
import { type Random, randomFrom } from './random.ts';
import { RegistrationBook } from './registrations/registration-book.ts';
import { REGISTRATION_ROLES } from './registrations/registration-permissions.ts';
import { seedDirectory } from './seed/seed.ts';
import { answerRequest, type TenantServer } from './serve.ts';
import { AccessTokens } from './sign-in/access-token.ts';
import type { RegisteredApp } from './sign-in/registered-app.ts';
import { Stats } from './stats.ts';
import { Strikes } from './strikes.ts';
import { endSubscriptions, subscriptionWorld } from './subscriptions/subscription-world.ts';
import { Throttling } from './throttling.ts';

export type { TenantOptions } from './options.ts';

/** A tenant that is up. */
export interface Tenant {
  readonly port: number;
  /** `https://localhost:PORT`, for Graph (`/v1.0`), sign-in and the controls (`/__tenant`). */
  readonly baseUrl: string;
  readonly tenantId: string;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

type ParsedOptions = ReturnType<typeof tenantOptionsSchema.parse>;

/**
 * Starts a tenant of Entra ID on one port of this machine: sign-in, Microsoft Graph, and controls
 * under `/__tenant/`. Throws ZodError on bad options and RangeError on a seed that cannot be met.
 */
export async function startTenant(options: TenantOptions): Promise<Tenant> {
  const { now, ...rest } = options;
  const parsed = tenantOptionsSchema.parse(rest);
  const assembled = assemble(parsed, tenantClock(now ?? Date.now));
  const server = createServer({ ...parsed.tls, keepAlive: true }, (request, response) => {
    void answerRequest(assembled, request, response);
  });
  server.keepAliveTimeout = 65_000;
  server.listen(parsed.port ?? 0, parsed.host ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port to listen on');
  return {
    port: address.port,
    baseUrl: `https://localhost:${String(address.port)}`,
    tenantId: assembled.answering.world.tenantId,
    close: async () => {
      endSubscriptions(assembled.answering.world.subscriptions);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function assemble(options: ParsedOptions, clock: TenantClock): TenantServer {
  const random = randomFrom((options.seed?.seed ?? 0) ^ 0x5eed);
  const tenantId = options.tenantId ?? random.guid();
  const world = worldOf(options, { tenantId, clock, random });
  if (options.seed !== undefined) seedDirectory(world.directory, options.seed, clock.now());
  const stats = new Stats();
  const throttling = throttlingOf(options, world.directory);
  const router = new Router(graphRoutes(world, () => answering));
  const answering: Answering = { world, stats, throttling, router };
  const { apps } = world;
  const tokens = new AccessTokens(clock.tokenNow);
  const control: ControlWorld = { world, stats, throttling, apps, tokens };
  return {
    answering,
    control,
    signIn: {
      tenantId,
      domains: verifiedNames(answering.world.domains),
      tokens,
      apps,
      now: clock.now,
      wallNow: clock.wallNow,
    },
  };
}

function throttlingOf({ limits }: ParsedOptions, directory: Directory): Throttling {
  return new Throttling(() => limitsFor(directory.counts().users, limits));
}

interface Basics {
  readonly tenantId: string;
  readonly clock: TenantClock;
  readonly random: Random;
}

function worldOf(options: ParsedOptions, { tenantId, clock, random }: Basics): TenantWorld {
  // A stream of its own: what goes wrong does not change what the tenant is like.
  const faults = new Strikes(randomFrom((options.seed?.seed ?? 0) ^ 0xfa17));
  const { notifications, callbackCa } = options;
  const ways = { settings: notifications, callbackCa };
  const subscriptions = subscriptionWorld({ tenantId, clock, faults, ...ways });
  const directory = new Directory({
    now: clock.now,
    lagSeconds: (isCreation) => faults.lagSeconds(isCreation),
    newId: () => random.guid(),
    replicasDiffer: () => faults.replicasDiffer(),
    changed: (change) => subscriptions.notifier.changed(change),
  });
  const replicas = new Replicas({ faults, feed: directory.feed, clock });
  const foreign = new ForeignTenant(faults.random);
  const settings: TenantSettings = {
    page: { objects: options.pageSize ?? 200, members: options.memberPageSize ?? 1000 },
    expiredTokenStatus: options.expiredTokenStatus ?? 400,
  };
  const tokens = new DeltaTokens(crypto.randomUUID(), clock.now, options.deltaTokenSeconds);
  const basics = { tenantId, directory, clock, random };
  const { openPoints } = options;
  const domains = domainsWith(options.domains);
  const registrations = new RegistrationBook([...new Set([...ALL_ROLES, ...REGISTRATION_ROLES])]);
  const apps = new Map<string, RegisteredApp>(
    (options.apps ?? []).map((app) => [app.clientId, app]),
  );
  const shared = { subscriptions, settings, openPoints, domains, apps, registrations };
  return { ...basics, faults, replicas, foreign, tokens, ...shared };
}
