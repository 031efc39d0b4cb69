/** An error as AMQP carries it; the client library makes its error codes of the condition. */
export interface AmqpCondition {
  condition: string;
  description: string;
}

export function entityNotFound(address: string): AmqpCondition {
  // The client library tells a missing queue from a network fault by this sentence.
  return {
    condition: 'amqp:not-found',
    description: `The messaging entity '${address}' could not be found.`,
  };
}

export function notAllowed(description: string): AmqpCondition {
  return { condition: 'amqp:not-allowed', description };
}

export function malformed(description: string): AmqpCondition {
  return { condition: 'amqp:decode-error', description };
}

export function messageTooLarge(bytes: number, limit: number): AmqpCondition {
  return {
    condition: 'amqp:link:message-size-exceeded',
    description: `The message of ${bytes} bytes exceeds the limit of ${limit} bytes.`,
  };
}

export function messageLockLost(): AmqpCondition {
  return {
    condition: 'com.microsoft:message-lock-lost',
    description: 'The lock supplied is invalid. Either the lock expired, or the message is gone.',
  };
}

export function messageNotFound(): AmqpCondition {
  return { condition: 'com.microsoft:message-not-found', description: 'No such message.' };
}

export function sessionLockLost(sessionId: string): AmqpCondition {
  return {
    condition: 'com.microsoft:session-lock-lost',
    description: `The session lock has expired on the session '${sessionId}'.`,
  };
}

export function sessionCannotBeLocked(sessionId: string): AmqpCondition {
  return {
    condition: 'com.microsoft:session-cannot-be-locked',
    description: `The requested session '${sessionId}' cannot be accepted. It is held by another receiver.`,
  };
}

export function noSessionInTime(): AmqpCondition {
  return {
    condition: 'com.microsoft:timeout',
    description: 'No session with messages became free within the time given.',
  };
}
