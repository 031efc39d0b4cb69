import { z } from 'zod';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40');

/** One Entra tenant tied to one application directory, with its settings. */
export const connectionSchema = z.object({
  id,
  name: z.string().min(1).max(200),
  /** The directory-sync switch. */
  enabled: z.boolean(),
  entra: z.object({
    tenantId: z.guid(),
    clientId: z.guid(),
    /** Where the client secret stands in Key Vault. */
    secretName: z.string().regex(/^[A-Za-z0-9-]{1,127}$/),
  }),
  app: z.object({ kind: z.literal('hosted') }),
  /** Raised by every change of settings; a message names the version it was made under. */
  settingsVersion: z.number().int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type Connection = z.infer<typeof connectionSchema>;
export const connectionIdSchema = id;
