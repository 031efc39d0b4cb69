/** Who signed in to Entra, as a token of theirs says: ids alone, since names are personal data. */
export interface SignedIn {
  /** The object id of a person or of a service principal. */
  readonly id: string;
  /** The application that they use; null where the token does not say. */
  readonly appId: string | null;
  /** The app roles that they were given. */
  readonly roles: readonly string[];
}

/** The tokens that Entra issues for the admin API. */
export interface AdminTokens {
  /**
   * Who the bearer of a token is; or what is wrong with the token.
   * @throws AppError `unavailable` while Entra's signing keys cannot be had
   */
  verify(token: string): Promise<SignedIn | { readonly problem: string }>;
}
