import { z } from 'zod';

const secretName = z.string().regex(/^[A-Za-z0-9-]{1,127}$/);

/** Where a signed message goes, and where its secret stands in Key Vault. */
export const webhookSchema = z.object({ url: z.url().max(2_000), secretName });

/** Who is told of what happens. */
export const alertSettingsSchema = z.object({
  recipients: z.array(z.email().max(254)).max(20),
  webhook: webhookSchema.optional(),
});
export type AlertSettings = z.infer<typeof alertSettingsSchema>;
