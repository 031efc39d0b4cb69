import type { TenantClock } from '../clock.ts';
import type { PageSize } from '../delta/delta-round.ts';
import type { DeltaTokens } from '../delta/delta-token.ts';
import type { Directory } from '../directory/directory.ts';
import type { OpenPoints } from '../open-points.ts';
import type { Random } from '../random.ts';
import type { RegistrationBook } from '../registrations/registration-book.ts';
import type { RegisteredApp } from '../sign-in/registered-app.ts';
import type { Strikes } from '../strikes.ts';
import type { SubscriptionWorld } from '../subscriptions/subscription-world.ts';
import type { Domain } from './domains.ts';
import type { ForeignTenant } from './foreign-tenant.ts';
import type { Replicas } from './replicas.ts';

/** Everything that the operations of Graph share. */
export interface TenantWorld {
  readonly tenantId: string;
  readonly directory: Directory;
  readonly clock: TenantClock;
  readonly random: Random;
  readonly faults: Strikes;
  readonly replicas: Replicas;
  readonly foreign: ForeignTenant;
  readonly tokens: DeltaTokens;
  readonly subscriptions: SubscriptionWorld;
  readonly registrations: RegistrationBook;
  readonly settings: TenantSettings;
  readonly domains: ReadonlyMap<string, Domain>;
  /** By client id. */
  readonly apps: Map<string, RegisteredApp>;
  /** The controls may decide them otherwise. */
  readonly openPoints: OpenPoints;
}

/** How this tenant behaves where the documentation leaves a choice. */
export interface TenantSettings {
  readonly page: PageSize;
  /** How a delta token that is too old is refused. */
  readonly expiredTokenStatus: 400 | 410;
}
