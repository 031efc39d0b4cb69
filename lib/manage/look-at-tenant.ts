import { AppError } from '../errors.ts';
import type { TenantFacts } from '../ports/entra.ts';
import { DECLINED, type Proof } from '../sync/authorization.ts';
import type { Part } from '../sync/entra-credential.ts';

/** What a credential can do in its tenant. */
export interface Looked {
  readonly permissions: readonly string[];
  /** No token, or what it does not open. */
  readonly failures: ReadonlyMap<'token' | Part, AppError>;
}

/** Signs in, and reads a little of each part. @throws what is no AppError */
export async function lookAtTenant(facts: TenantFacts, parts: readonly Part[]): Promise<Looked> {
  const token = await attempt(() => facts.permissions());
  if (token instanceof AppError) return { permissions: [], failures: new Map([['token', token]]) };
  const failures = new Map<Part, AppError>();
  const look: Readonly<Record<Part, () => Promise<unknown>>> = {
    users: () => facts.readOne('user'),
    groups: () => facts.readOne('group'),
    domains: () => facts.domains(),
    // Nothing is written to see whether it could be: the permissions say it.
    export: async () => undefined,
  };
  for (const part of parts) {
    const read = await attempt(look[part]);
    if (read instanceof AppError) failures.set(part, read);
  }
  return { permissions: token, failures };
}

/** What is kept of it for each part. */
export function proofsOf(
  { permissions, failures }: Looked,
  parts: readonly Part[],
  who: Pick<Proof, 'at' | 'by' | 'how' | 'clientId'>,
): Partial<Record<Part, Proof>> {
  return Object.fromEntries(
    parts.map((part) => {
      const error = failures.get('token') ?? failures.get(part);
      const failure = error ? { code: error.code, message: error.message } : null;
      return [part, { ...who, permissions: [...permissions], failure }];
    }),
  );
}

/** What is kept of a consent that was not given. */
export function declinedProofs(
  why: string,
  parts: readonly Part[],
  who: Pick<Proof, 'at' | 'by' | 'how' | 'clientId'>,
): Partial<Record<Part, Proof>> {
  const failure = { code: DECLINED, message: `consent was not given: ${why}` };
  return Object.fromEntries(parts.map((part) => [part, { ...who, permissions: [], failure }]));
}

async function attempt<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
