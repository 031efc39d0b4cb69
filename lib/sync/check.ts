import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** One line of a connection's test. */
export const checkSchema = z.strictObject({
  check: z.enum([
    'token',
    'permissions',
    'users',
    'groups',
    'domains',
    'subscriptions',
    'secret-expiry',
    'application-readable',
    'application-writable',
  ]),
  /** The credential that a token was asked for with. */
  credentialId: z.string().optional(),
  status: z.enum(['ok', 'failed', 'skipped']),
  /** The connection cannot be switched on while this fails. */
  required: z.boolean(),
  code: z.string().optional(),
  detail: z.string().optional(),
  /** What to do about it. */
  next: z.string().optional(),
});
export type Check = Readonly<z.infer<typeof checkSchema>>;

/** What a line can be marked with, beside the code of an error. */
export const CHECK_CODES = ['no-token', 'no-public-url', 'push', 'missing-permissions'] as const;
type CheckCode = (typeof CHECK_CODES)[number];

/** What a line is about. */
export type About = Pick<Check, 'check' | 'required' | 'credentialId'>;

export function ok(about: About): Check {
  return { ...about, status: 'ok' };
}

export function skipped(about: About, code: CheckCode, next?: string): Check {
  return { ...about, status: 'skipped', code, ...(next !== undefined && { next }) };
}

export function failed(
  about: About,
  why: { readonly code: CheckCode | ErrorCode; readonly detail: string; readonly next: string },
): Check {
  return { ...about, status: 'failed', ...why };
}

/** Whether nothing fails that has to be in order. */
export function isPassed(checks: readonly Check[]): boolean {
  return checks.every(({ status, required }) => status !== 'failed' || !required);
}
