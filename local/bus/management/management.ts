import { ZodError } from 'zod';
import { amqp } from '../amqp/codec.ts';
import type { Request, Response } from '../amqp/request-link.ts';
import type { BrokerContext } from '../broker-context.ts';
import type { Entity } from '../entity.ts';
import { peekMessage } from './browsing.ts';
import { receiveBySequenceNumber, updateDisposition } from './deferred-messages.ts';
import { renewLock, renewSessionLock } from './locks.ts';
import type { Operation, OperationResult } from './operation.ts';
import { cancelScheduledMessage, scheduleMessage } from './scheduled-messages.ts';
import { getMessageSessions, getSessionState, setSessionState } from './session-state.ts';

/** Service Bus docs: "AMQP 1.0 in Azure Service Bus: request-response-based operations". */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'com.microsoft:cancel-scheduled-message': cancelScheduledMessage,
  'com.microsoft:get-message-sessions': getMessageSessions,
  'com.microsoft:get-session-state': getSessionState,
  'com.microsoft:peek-message': peekMessage,
  'com.microsoft:receive-by-sequence-number': receiveBySequenceNumber,
  'com.microsoft:renew-lock': renewLock,
  'com.microsoft:renew-session-lock': renewSessionLock,
  'com.microsoft:schedule-message': scheduleMessage,
  'com.microsoft:set-session-state': setSessionState,
  'com.microsoft:update-disposition': updateDisposition,
};

/** Carries out a request to a queue's `$management` node; the effects await the turn's commit. */
export function manage(request: Request, entity: Entity, broker: BrokerContext): Response {
  const result = resultOf(request, entity, broker);
  broker.turn.touch(broker.distributorOf(entity));
  switch (result.kind) {
    case 'done':
      return { properties: status(200, 'OK'), body: result.body };
    case 'empty':
      return { properties: status(204, 'No Content'), body: null };
    case 'failed': {
      const { condition, description } = result.error;
      const properties = {
        ...status(result.status, description),
        errorCondition: symbol(condition),
      };
      return { properties, body: null };
    }
  }
}

function resultOf(request: Request, entity: Entity, broker: BrokerContext): OperationResult {
  const operation = OPERATIONS[request.operation ?? ''];
  if (operation === undefined) {
    const description = `The operation '${request.operation ?? ''}' is not known.`;
    return {
      kind: 'failed',
      status: 501,
      error: { condition: 'amqp:not-implemented', description },
    };
  }
  try {
    return operation(request.body, { entity, broker, now: broker.now() });
  } catch (error) {
    if (!(error instanceof ZodError || error instanceof RangeError)) throw error;
    const condition = 'com.microsoft:argument-error';
    return { kind: 'failed', status: 400, error: { condition, description: error.message } };
  }
}

function status(code: number, description: string): Record<string, unknown> {
  return { statusCode: amqp.wrap_int(code), statusDescription: description };
}

function symbol(text: string): unknown {
  return amqp.wrap_symbol(text);
}
