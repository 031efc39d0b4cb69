import type { AmqpCondition } from '../amqp/conditions.ts';
import type { BrokerContext } from '../broker-context.ts';
import type { Entity } from '../entity.ts';

/** What a management operation works with. */
export interface OperationContext {
  entity: Entity;
  broker: BrokerContext;
  /** Epoch milliseconds. */
  now: number;
}

/** What comes of a management operation. */
export type OperationResult =
  | { kind: 'done'; body: unknown }
  /** Nothing there: status 204. */
  | { kind: 'empty' }
  | { kind: 'failed'; status: 400 | 403 | 404 | 410 | 501; error: AmqpCondition };

/** One operation; the body is what the client sent, and throws a ZodError if it is malformed. */
export type Operation = (body: unknown, context: OperationContext) => OperationResult;

export function done(body: unknown = {}): OperationResult {
  return { kind: 'done', body };
}

/** 410: a lock that was there is gone. */
export function gone(error: AmqpCondition): OperationResult {
  return { kind: 'failed', status: 410, error };
}
