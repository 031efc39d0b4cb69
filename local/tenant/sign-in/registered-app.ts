import { z } from 'zod';

/** A trust in tokens of another issuer (Entra docs: workload identity federation). */
const federatedSchema = z.strictObject({
  issuer: z.string(),
  subject: z.string(),
  audience: z.string().default('api://AzureADTokenExchange'),
  /** PEM of the key that the issuer signs with; Entra would ask the issuer for it. */
  publicKey: z.string(),
});

const passwordSchema = z.strictObject({
  secret: z.string(),
  /** ISO date; absent = never. */
  expires: z.string().optional(),
});

/** An application that is known in the tenant, or that an administrator may bring in by consent. */
export const registeredAppSchema = z.strictObject({
  clientId: z.string(),
  secret: z.string(),
  /** When the secret ends, as an ISO date; absent = never. */
  secretExpires: z.string().optional(),
  /** Further secrets. */
  passwords: z.array(passwordSchema).optional(),
  /** PEM of certificates that it may sign in with. */
  certificates: z.array(z.string()).optional(),
  federated: z.array(federatedSchema).optional(),
  /** Granted application permissions; empty = nobody has consented. */
  roles: z.array(z.string()).readonly(),
  /** App roles it was given, by the client id of the application whose they are. */
  appRoles: z.record(z.string(), z.array(z.string())).optional(),
  /** What it asks for: granted by a consent. Absent = nothing more than it has. */
  requested: z.array(z.string()).readonly().optional(),
  /** False: it is registered elsewhere, and comes into the tenant with the first consent. */
  isInTenant: z.boolean().optional(),
  /** What the administrator says who is asked for consent: yes, unless told otherwise. */
  consent: z.enum(['grant', 'deny', 'forged-tenant']).optional(),
  /** Where consent may lead back to; absent = anywhere. */
  redirectUris: z.array(z.string()).optional(),
  /** False: an administrator has switched it off (AADSTS7000112). */
  isEnabled: z.boolean().optional(),
  /** The AADSTS number with which every sign-in is refused, such as 53003; null = none. */
  refusal: z.number().int().nullable().optional(),
  /** Directory roles that it holds besides. */
  directoryRoles: z.array(z.string()).optional(),
});
export type RegisteredApp = z.infer<typeof registeredAppSchema>;
