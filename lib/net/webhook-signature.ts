import { createHmac } from 'node:crypto';
import { AppError } from '../errors.ts';

const PREFIX = 'whsec_';

/**
 * The headers that let a receiver tell whose a message is (Standard Webhooks 1.0, symmetric
 * signatures).
 * @param at seconds since 1970
 * @throws AppError `bad-configuration` where the secret is none
 */
export function webhookHeaders(
  secret: string,
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
): Record<string, string> {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '', 'base64');
  if (key.length < 24) throw new AppError('bad-configuration', 'the webhook has no proper secret');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
}
