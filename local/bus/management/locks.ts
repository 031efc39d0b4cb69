import { z } from 'zod';
import { amqp } from '../amqp/codec.ts';
import { messageLockLost, sessionLockLost } from '../amqp/conditions.ts';
import { tokenOfUuid } from '../amqp/lock-token.ts';
import type { Operation } from './operation.ts';
import { done, gone } from './operation.ts';

const lockTokens = z.object({ 'lock-tokens': z.array(z.instanceof(Uint8Array)) });
const session = z.object({ 'session-id': z.string() });

/** The wire type of a point in time, for the array that the client expects. */
const TIMESTAMP = 0x83;

/** Renews the locks of messages; all of them or, if one is lost, as many as come before it. */
export const renewLock: Operation = (body, { entity, now }) => {
  const expirations: number[] = [];
  for (const bytes of lockTokens.parse(body)['lock-tokens']) {
    const until = entity.queue.renewLock(tokenOfUuid(bytes), now);
    if (until === undefined) return gone(messageLockLost());
    expirations.push(until);
  }
  return done({ expirations: amqp.wrap_array(expirations, TIMESTAMP, undefined) });
};

export const renewSessionLock: Operation = (body, { entity, now }) => {
  const sessionId = session.parse(body)['session-id'];
  const until = entity.queue.renewSession(sessionId, now);
  return until === undefined
    ? gone(sessionLockLost(sessionId))
    : done({ expiration: new Date(until) });
};
