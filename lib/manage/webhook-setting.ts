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

/** A secret that is not in the vault yet. */
export interface MadeSecret {
  readonly name: string;
  readonly value: string;
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
 * A webhook as it is to be kept, with its secret where that is to be made: for a new address, and
 * where one is asked for.
 * @throws AppError `bad-request` where the address cannot be called
 */
export function askedWebhook(
  { services }: Call,
  connectionId: string,
  asked: { readonly url: string; readonly newSecret?: boolean } | null,
  known: KeptWebhook | undefined,
): { readonly webhook: KeptWebhook | undefined; readonly made?: MadeSecret } {
  if (!asked) return { webhook: undefined };
  const { protocol, hostname, username, password } = new URL(asked.url);
  const isLocal = LOOPBACK.has(hostname) && services.config.webhooksToLoopback;
  if ((protocol !== 'https:' && !isLocal) || username !== '' || password !== '')
    throw new AppError('bad-request', 'webhook.url: an https address of a public host');
  if (known && known.url === asked.url && asked.newSecret !== true) return { webhook: known };
  const name = `webhook-${connectionId}-${randomUUID().slice(0, 8)}`;
  const value = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  return { webhook: { url: asked.url, secretName: name }, made: { name, value } };
}

/**
 * Keeps the secret of a webhook, or makes one.
 * @throws AppError `bad-request` where the address cannot be called
 */
export async function settleWebhook(
  call: Call,
  connectionId: string,
  asked: z.infer<typeof askedWebhookSchema> | null,
  known: KeptWebhook | undefined,
): Promise<Settled> {
  const { webhook, made } = askedWebhook(call, connectionId, asked, known);
  if (made) await call.services.secrets.set(made.name, made.value);
  const isFormer = known !== undefined && webhook?.secretName !== known.secretName;
  return {
    webhook,
    ...(made && { secret: made.value }),
    ...(isFormer && { former: known.secretName }),
  };
}
