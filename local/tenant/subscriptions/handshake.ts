import { randomUUID } from 'node:crypto';
import { GraphError } from '../graph/graph-error.ts';
import type { SubscriptionWorld } from './subscription-world.ts';

/**
 * Asks receivers whether they want the notifications: each must send the token back as it was
 * before it was encoded (Graph docs: change notifications, validation). The same address twice is
 * asked twice. Throws GraphError 400.
 */
export async function shakeHands(world: SubscriptionWorld, urls: readonly string[]): Promise<void> {
  const agreed = await Promise.all(urls.map((url) => agrees(world, url)));
  if (agreed.every(Boolean)) return;
  throw new GraphError(400, [
    'InvalidRequest',
    'Subscription validation request failed. ' +
      'Notification endpoint must respond with 200 OK to validation request.',
  ]);
}

async function agrees(
  { callbacks, settings, stats }: SubscriptionWorld,
  url: string,
): Promise<boolean> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
  const answer = await callbacks.post({
    url: `${url}${url.includes('?') ? '&' : '?'}${String(new URLSearchParams({ validationToken: token }))}`,
    contentType: 'text/plain; charset=utf-8',
    text: '',
    seconds: settings.handshakeSeconds,
  });
  const isPlain = /^text\/plain\s*(;|$)/i.test(answer.contentType);
  const isRight = answer.outcome === 200 && isPlain && answer.text === token;
  stats.add(isRight ? 'validations' : 'failedValidations');
  return isRight;
}
