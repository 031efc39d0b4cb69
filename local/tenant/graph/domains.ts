import { z } from 'zod';
import { VERIFIED_DOMAINS } from '../seed/organisation.ts';

/** A domain of the tenant beyond those that every tenant here has; or one of them, otherwise. */
export const domainSchema = z.strictObject({
  name: z.string().toLowerCase(),
  isVerified: z.boolean().default(true),
  authenticationType: z.enum(['Managed', 'Federated']).default('Managed'),
});

/** A domain of the tenant. */
export type Domain = z.infer<typeof domainSchema>;

/** All domains of a tenant, by name in lower case. */
export function domainsWith(more: readonly Domain[] = []): ReadonlyMap<string, Domain> {
  const own = VERIFIED_DOMAINS.map((name) => domainSchema.parse({ name }));
  return new Map([...own, ...more].map((domain) => [domain.name, domain]));
}

/** The names that accounts can be in, and that stand for the tenant. */
export function verifiedNames(domains: ReadonlyMap<string, Domain>): readonly string[] {
  return [...domains.values()].filter(({ isVerified }) => isVerified).map(({ name }) => name);
}
