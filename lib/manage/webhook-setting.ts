import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Call } from './manage.ts';

/** A webhook as it is asked for: its secret is made here, and shown once. */
export const askedWebhookSchema = z.strictObject({
  url: z.url().max(2_000),
  /** A new secret in place of the one before, which is refused from then on. */
  newSecret: z.boolean().default(false),
});

/** A webhook as it is kept. */
interface KeptWebhook {
  readonly url: string;
  readonly secretName: string;
}

/** What became of a webhook's setting. */
interface Settled {
  readonly webhook: KeptWebhook | undefined;
  /** Made just now, to be shown. */
  readonly secret?: string;
  /** In the vault, and to be removed once the connection is saved. */
  readonly former?: string;
}

const SECRET_BYTES = 32;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Keeps the secret of a webhook, or makes one: for a new address, and where one is asked for.
 * @throws AppError `bad-request` where the address cannot be called
 */
export async function settleWebhook(
  { services }: Call,
  connectionId: string,
  asked: z.infer<typeof askedWebhookSchema> | null,
  known: KeptWebhook | undefined,
): Promise<Settled> {
  if (!asked) return { webhook: undefined, ...(known && { former: known.secretName }) };
  const { protocol, hostname, username, password } = new URL(asked.url);
  const isLocal = LOOPBACK.has(hostname) && services.config.webhooksToLoopback;
  if ((protocol !== 'https:' && !isLocal) || username !== '' || password !== '')
    throw new AppError('bad-request', 'webhook.url: an https address of a public host');
  if (known && known.url === asked.url && !asked.newSecret) return { webhook: known };
  const secretName = `webhook-${connectionId}-${randomUUID().slice(0, 8)}`;
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  await services.secrets.set(secretName, secret);
  return {
    webhook: { url: asked.url, secretName },
    secret,
    ...(known && { former: known.secretName }),
  };
}
