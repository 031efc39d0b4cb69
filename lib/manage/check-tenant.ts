import { AppError } from '../errors.ts';
import type { TenantFacts } from '../ports/entra.ts';
import { type About, type Check, failed, ok, skipped } from '../sync/check.ts';
import type { Connection } from '../sync/connection.ts';
import {
  credentialsFor,
  type EntraCredential,
  PARTS,
  type Part,
  partsOf,
} from '../sync/entra-credential.ts';
import {
  missingForExpiry,
  missingForNotifications,
  missingPermissions,
} from '../sync/permissions.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { type Looked, lookAtTenant } from './look-at-tenant.ts';
import type { Call } from './manage.ts';

/** What the test of a tenant came to. */
export interface TenantChecks {
  readonly checks: readonly Check[];
  /** What was seen of each part, and with which credential. */
  readonly seen: Readonly<
    Record<Part, { looked: Looked; credential: EntraCredential } | undefined>
  >;
}

/** A credential, and what it opens. */
interface Tried {
  readonly credential: EntraCredential;
  readonly facts: TenantFacts;
  readonly looked: Looked;
}

/**
 * Signs in anew with each credential and reads a little of each part.
 * @param unsaved secrets that are not in the vault yet
 */
export async function checkTenant(
  { services }: Call,
  connection: Connection,
  unsaved: ReadonlyMap<string, string>,
): Promise<TenantChecks> {
  const tried: Tried[] = [];
  for (const credential of connection.entra.credentials) {
    const parts = partsOf(connection, credential);
    if (parts.length === 0) continue;
    const facts = services.tenants.trySignIn(connection, credential, unsaved);
    tried.push({ credential, facts, looked: await lookAtTenant(facts, parts) });
  }
  const used = (part?: Part) => usedFor(connection, tried, part);
  const checks = [
    ...tried.map(tokenCheck),
    ...permissionChecks(connection, used),
    ...(['users', 'groups', 'domains'] as const).map((part) => partCheck(part, used(part))),
    await subscriptionCheck(services.config.publicUrl, used()),
    ...expiryChecks(connection, used()),
  ];
  const seen = (part: Part) => used(part);
  return {
    checks,
    seen: {
      users: seen('users'),
      groups: seen('groups'),
      domains: seen('domains'),
      export: seen('export'),
    },
  };
}

type Used = (part?: Part) => Tried | undefined;

/** The first credential of a part that signs in, or else its first. */
function usedFor(connection: Connection, tried: readonly Tried[], part?: Part) {
  const candidates = credentialsFor(connection, part).flatMap(
    ({ id }) => tried.find(({ credential }) => credential.id === id) ?? [],
  );
  return candidates.find(({ looked }) => !looked.failures.has('token')) ?? candidates[0];
}

/** A reserve that does not work is red, and stops nobody. */
function tokenCheck({ credential, looked }: Tried): Check {
  const about = { check: 'token', required: false, credentialId: credential.id } as const;
  return judged(about, looked.failures.get('token'));
}

function permissionChecks(connection: Connection, used: Used): Check[] {
  const { settings } = rulesOf(connection);
  const about = { check: 'permissions', required: true } as const;
  const parts = PARTS.filter((part) => part !== 'domains');
  const granted = (part: Part) => used(part)?.looked.permissions ?? [];
  if (parts.every((part) => used(part)?.looked.failures.has('token') ?? true))
    return [skipped(about, 'no-token')];
  const missing = parts.flatMap((part) => missingPermissions(part, settings, granted(part)));
  if (missing.length === 0) return [ok(about)];
  const names = [...new Set(missing)].join(', ');
  const detail = `the application lacks ${names}`;
  const next = `grant ${names} to the application, then consent (authorize)`;
  return [failed(about, { code: 'missing-permissions', detail, next })];
}

function partCheck(part: 'users' | 'groups' | 'domains', used: Tried | undefined): Check {
  const about = { check: part, required: part !== 'domains' } as const;
  const { failures } = used?.looked ?? { failures: new Map() };
  return judged(about, failures.get('token') ?? failures.get(part));
}

/** Nothing is made for it: whether Graph reaches the address shows once the connection is on. */
async function subscriptionCheck(publicUrl: string | undefined, used: Tried | undefined) {
  const about = { check: 'subscriptions', required: false } as const;
  if (!publicUrl?.startsWith('https://'))
    return skipped(about, 'no-public-url', 'set PUBLIC_URL to the https address of this app');
  if (!used || used.looked.failures.has('token')) return skipped(about, 'no-token');
  const missing = missingForNotifications(used.looked.permissions).join(', ');
  if (missing !== '')
    return failed(about, {
      code: 'missing-permissions',
      detail: `the application lacks ${missing}; without notifications the polling goes on alone`,
      next: `grant ${missing} to the application, then consent (authorize)`,
    });
  try {
    await used.facts.subscriptions();
    return ok(about);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return judged(about, error);
  }
}

function expiryChecks({ entra }: Connection, used: Tried | undefined): Check[] {
  if (entra.readsExpiry !== true) return [];
  const about = { check: 'secret-expiry', required: false } as const;
  const missing = missingForExpiry(used?.looked.permissions ?? []);
  if (missing.length === 0) return [ok(about)];
  return [
    failed(about, {
      code: 'missing-permissions',
      detail: 'nobody can see when secrets end',
      next: `grant ${missing.join(', ')} to the application, or enter expiresAt with each secret`,
    }),
  ];
}

/** A line that is red where there is an error. */
function judged(about: About, error: AppError | undefined): Check {
  if (!error) return ok(about);
  const { code, message: detail } = error;
  return failed(about, { code, detail, next: signInAdvice(code, detail) });
}
