/** One line of a connection's test. */
export interface Check {
  readonly check:
    | 'token'
    | 'permissions'
    | 'users'
    | 'groups'
    | 'domains'
    | 'subscriptions'
    | 'secret-expiry'
    | 'application-readable'
    | 'application-writable';
  /** The credential that a token was asked for with. */
  readonly credentialId?: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** Whether the connection cannot be switched on while this fails. */
  readonly required: boolean;
  readonly code?: string;
  readonly detail?: string;
  /** What to do about it. */
  readonly next?: string;
}

/** What a line is about. */
export type About = Pick<Check, 'check' | 'required' | 'credentialId'>;

export function ok(about: About): Check {
  return { ...about, status: 'ok' };
}

export function skipped(about: About, code: string, next?: string): Check {
  return { ...about, status: 'skipped', code, ...(next !== undefined && { next }) };
}

export function failed(
  about: About,
  why: Required<Pick<Check, 'code' | 'detail' | 'next'>>,
): Check {
  return { ...about, status: 'failed', ...why };
}

/** Whether nothing fails that has to be in order. */
export function isPassed(checks: readonly Check[]): boolean {
  return checks.every(({ status, required }) => status !== 'failed' || !required);
}
