import type { Proof } from '../sync/authorization.ts';
import type { Connection } from '../sync/connection.ts';
import type { Part } from '../sync/entra-credential.ts';
import type { TenantDomain } from './entra.ts';

/** An administrator's way to the tenant's consent, which has to lead back. */
export interface PendingConsent {
  readonly by: string;
  readonly credentialId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A credential that Entra refused the last time that it was tried. */
export interface CredentialFailure {
  readonly code: string;
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
  /** When the first of such refusals in a row came. */
  readonly since: string;
}

/** The domains of a tenant, and when they were read (ISO 8601). */
export interface KnownDomains {
  readonly at: string;
  readonly domains: readonly TenantDomain[];
}

/** The last test of a connection as it is saved. */
export interface LastTest {
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly passed: boolean;
  /** Which settings it was of. */
  readonly of: string;
}

/** When secrets end by their registrations (ISO 8601, null = nobody knows), by credential. */
export interface ReadExpiries {
  readonly at: string;
  readonly ends: Readonly<Record<string, string | null>>;
}

/** How a connection stands with its tenant. */
export interface Standing {
  readonly proofs: Readonly<Partial<Record<Part, Proof>>>;
  /** By the id of the credential. */
  readonly failures: ReadonlyMap<string, CredentialFailure>;
  readonly domains: KnownDomains | null;
  readonly test: LastTest | null;
  readonly expiries: ReadExpiries | null;
  /** Keys of the expiry alerts that were told. */
  readonly told: ReadonlySet<string>;
}

/** What belongs to a connection; one of the same id that is made later has its own. */
type Owner = Pick<Connection, 'id' | 'createdAt'>;

/** How connections stand with their tenants. All of it may be written twice. */
export interface Authorizations {
  of(owner: Owner): Promise<Standing>;
  prove(owner: Owner, proofs: Standing['proofs']): Promise<void>;
  /**
   * Throws away those that have expired.
   * @param stateHash of what the browser will bring back
   */
  begin(owner: Owner, stateHash: string, pending: PendingConsent, now: number): Promise<void>;
  /** Takes it away, so that it is good once. Undefined where there is none, or was. */
  take(owner: Owner, stateHash: string): Promise<PendingConsent | undefined>;
  /** One that had failed before has failed since then. */
  failed(
    owner: Owner,
    credentialId: string,
    failure: Omit<CredentialFailure, 'since'>,
  ): Promise<void>;
  worked(owner: Owner, credentialId: string): Promise<void>;
  tested(owner: Owner, test: LastTest): Promise<void>;
  keepExpiries(owner: Owner, expiries: ReadExpiries): Promise<void>;
  keepTold(owner: Owner, keys: readonly string[]): Promise<void>;
  keepDomains(owner: Owner, domains: KnownDomains): Promise<void>;
}
