/** What flows need from the outside. Adapters implement these; `services.ts` puts them together. */

import type { AdminTokens } from './ports/administrators.ts';
import type { Alerts } from './ports/alerts.ts';
import type { EntryStore } from './ports/application.ts';
import type { Audit } from './ports/audit.ts';
import type { Authorizations } from './ports/authorizations.ts';
import type { Mail, Webhooks } from './ports/channels.ts';
import type { Connections, Noticed, Purge, Watches } from './ports/connections.ts';
import type { AccessTokens, Credentials, KnownCredentials } from './ports/credentials.ts';
import type { ChangeFeed, Notifications, TenantFacts } from './ports/entra.ts';
import type { EntraWrites } from './ports/entra-writes.ts';
import type { FirstPasswords } from './ports/first-passwords.ts';
import type { Lanes, Ties } from './ports/lanes.ts';
import type { Nesting } from './ports/nesting.ts';
import type { Outbox } from './ports/outbox.ts';
import type { Plans } from './ports/plans.ts';
import type { Bus, Clock, Log, Secrets } from './ports/platform.ts';
import type { ResourceStore } from './ports/resources.ts';
import type { Seats } from './ports/seats.ts';
import type { Checkpoints, Outages, Rejected, Runs } from './ports/sync-state.ts';
import type { Welcomes } from './ports/welcomes.ts';
import type { Connection } from './sync/connection.ts';
import type { EntraCredential, Part } from './sync/entra-credential.ts';
import type { Kind } from './sync/entry.ts';
import type { Selection } from './sync/rules/properties.ts';

/** The directories of a connection. */
export interface Directories {
  /**
   * @param selection what is read of its objects; the connection's rules say it where it is left out
   */
  entra(connection: Connection, selection?: Selection): ChangeFeed;
  notifications(connection: Connection): Notifications;
  entraWrites(connection: Connection): EntraWrites;
  app(connection: Connection): EntryStore;
  /** The application's own directory, as its SCIM service has it. */
  resources(connection: Connection): ResourceStore;
  /**
   * How the application's directory spells the flat name of an attribute.
   * @throws AppError `bad-request` where nothing can be written under the name
   */
  spelling(kind: Kind, name: string): string;
  /** What SCIM clients have written there. */
  outbox(connection: Connection): Outbox;
}

/** What a connection's credentials may do in its tenant. */
export interface Tenants {
  /** The tenant as the credentials of a part see it. */
  facts(connection: Connection, part: Part): TenantFacts;
  /**
   * The tenant as one credential sees it, which signs in anew.
   * @param unsaved secrets by the names that they are to have in the vault
   */
  trySignIn(
    connection: Connection,
    credential: EntraCredential,
    unsaved?: ReadonlyMap<string, string>,
  ): TenantFacts;
}

/** Everything there is; a flow names what it needs of it. */
export interface Services {
  readonly clock: Clock;
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: Log;
  readonly bus: Bus;
  readonly secrets: Secrets;
  readonly connections: Connections;
  readonly checkpoints: Checkpoints;
  readonly runs: Runs;
  readonly outages: Outages;
  readonly watches: Watches;
  readonly noticed: Noticed;
  readonly lanes: Lanes;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly mail: Mail;
  readonly webhooks: Webhooks;
  readonly welcomes: Welcomes;
  readonly ties: Ties;
  readonly nesting: Nesting;
  readonly seats: Seats;
  readonly rejected: Rejected;
  readonly plans: Plans;
  readonly purge: Purge;
  readonly authorizations: Authorizations;
  readonly firstPasswords: FirstPasswords;
  readonly credentials: Credentials;
  readonly knownCredentials: KnownCredentials;
  readonly accessTokens: AccessTokens;
  /** Undefined where administrators do not sign in to Entra. */
  readonly adminTokens: AdminTokens | undefined;
  readonly directories: Directories;
  readonly tenants: Tenants;
}
