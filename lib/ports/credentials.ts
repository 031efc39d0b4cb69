import type { Credential, CredentialRole } from '../sync/credential.ts';

/** A credential with the version that a conditional write names. */
export type StoredCredential = Credential & {
  readonly version: string;
  /** When it was last used, to the hour, in milliseconds; null = never. */
  readonly usedAt: number | null;
};

/** What opens the SCIM service of connections. */
export interface Credentials {
  /**
   * All of a connection, oldest first, and the version that adding one names; null where none was
   * ever added.
   */
  list(connectionId: string): Promise<{
    readonly credentials: readonly StoredCredential[];
    readonly version: string | null;
  }>;
  /** @throws AppError `state-changed` or `state-exists` when somebody else added one meanwhile */
  add(
    connectionId: string,
    credential: Credential,
    version: string | null,
  ): Promise<StoredCredential>;
  /** @throws AppError `state-changed` when it is at another version, `not-found` */
  save(connectionId: string, credential: StoredCredential): Promise<StoredCredential>;
  /** One that is not there is a success. */
  remove(connectionId: string, credentialId: string): Promise<void>;
  /** Notes a use. @throws AppError `not-found` when it was removed */
  note(connectionId: string, credentialId: string, usedAt: number): Promise<void>;
}

/** What a process remembers of credentials, so that a request costs no reading. */
export interface KnownCredentials {
  /**
   * Those that open the SCIM service of a connection, at most 15 seconds old, expired ones among
   * them; none where there is no such connection, or it is being removed.
   */
  of(connectionId: string): Promise<readonly StoredCredential[]>;
  /** Takes note of a use, and writes it down now and then; never fails. */
  used(connectionId: string, credential: StoredCredential): void;
  /** What this process has changed is not to be taken from memory. */
  forget(connectionId: string): void;
}

/** What an access token says. */
export interface AccessClaims {
  readonly connectionId: string;
  readonly credentialId: string;
  /** Of the client's secrets, the one that it was issued for. */
  readonly secretId: string;
  readonly role: CredentialRole;
  /** Milliseconds since 1970, in whole seconds. */
  readonly expiresAt: number;
}

/** Short-lived signed tokens. Both throw what the secrets throw. */
export interface AccessTokens {
  sign(claims: AccessClaims): Promise<string>;
  /** Undefined for what was not signed here for this connection, or has expired. */
  verify(connectionId: string, token: string): Promise<AccessClaims | undefined>;
}
