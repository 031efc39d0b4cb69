/** Something that the app needs, and whether it answers. */
export interface HealthCheck {
  readonly name: 'tables' | 'bus' | 'vault' | 'sign-in';
  /** Without it nothing works at all; without the others something waits. */
  readonly isVital: boolean;
  /** @throws where it does not answer, or refuses */
  run(): Promise<void>;
}

/** What the health of the app is judged by. */
export interface Health {
  readonly problems: readonly { readonly setting: string; readonly problem: string }[];
  /** Of what is configured. */
  readonly checks: readonly HealthCheck[];
  /**
   * The administrator's token; undefined where there is none.
   * @throws AppError where it cannot be asked for
   */
  adminToken(): Promise<string | undefined>;
  /** Whether a vault is configured, so that a token can be asked for. */
  readonly hasVault: boolean;
}
