import type { AdminTokens } from './administrators.ts';
import type { Secrets } from './platform.ts';

/** Something that the app needs, and whether it answers. */
export interface HealthCheck {
  readonly name: 'tables' | 'bus' | 'vault' | 'sign-in';
  /** Without it nothing works at all; without the others something waits. */
  readonly isVital: boolean;
  /** @throws where it does not answer, or refuses */
  run(): Promise<void>;
}

/** Tokens of Entra's where administrators sign in there; else the one that the vault keeps. */
interface SignIn {
  readonly adminTokens: AdminTokens | undefined;
  readonly secrets: Pick<Secrets, 'get'>;
}

/** What the health of the app is judged by. */
export interface Health {
  readonly problems: readonly { readonly setting: string; readonly problem: string }[];
  /** Of what is configured. */
  readonly checks: readonly HealthCheck[];
  /** What tells an administrator; undefined where nobody can be told to be one. */
  readonly signIn: SignIn | undefined;
}
