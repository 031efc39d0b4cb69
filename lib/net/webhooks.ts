import { AppError } from '../errors.ts';
import type { Webhooks } from '../ports/channels.ts';
import type { Clock } from '../ports/platform.ts';
import { fetchPublic, type PublicLimits } from './fetch-public.ts';
import { webhookHeaders } from './webhook-signature.ts';

/** Posts signed messages to public hosts. Whoever answers 2xx has taken one. */
export function openWebhooks(clock: Clock, limits: PublicLimits): Webhooks {
  return {
    post: async ({ url, id, secret, body }) => {
      const at = Math.floor(clock.now() / 1_000);
      const signed = webhookHeaders(secret, { id, at, body });
      const headers = { 'content-type': 'application/json', 'user-agent': 'tandem', ...signed };
      const { status } = await fetchPublic(url, { method: 'POST', headers, body }, limits);
      if (status >= 200 && status < 300) return;
      // Gone for good (Standard Webhooks, "Webhook delivery").
      if (status === 410) throw new AppError('bad-request', 'the receiver wants no more (410)');
      throw new AppError('unavailable', `the receiver answers ${status}`);
    },
  };
}
