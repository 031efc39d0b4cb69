import type { Message } from '../queue/message.ts';

/** Which message: queues are numbered in the order in which the store first met them. */
export interface MessageKey {
  queue: number;
  sequenceNumber: number;
}

/** What a store held when it was opened. Locks are not kept: whoever had one has lost it. */
export interface StoredState {
  messages: { queue: number; message: Message }[];
  /** The first number of each queue that may never have been used. */
  nextSequenceNumbers: Map<number, number>;
}

/**
 * Keeps messages and session states. Writes are collected and become durable together at `commit`;
 * reads see them at once. One commit serves everything that happened in a turn of the event loop.
 */
export interface Store {
  /** The number of a queue, given out on first sight and kept. */
  queueNumber(name: string): number;
  load(): StoredState;
  insert(queue: number, message: Message, content: Buffer): void;
  /** Keeps a message's new state; its bytes too, if they are given. */
  update(queue: number, message: Message, content?: Buffer): void;
  remove(key: MessageKey): void;
  /** A message's bytes, as they were inserted. Throws if the message is unknown. */
  content(key: MessageKey): Buffer;
  /** Declares that numbers below this one may be in use. */
  reserve(queue: number, nextSequenceNumber: number): void;
  sessionState(queue: number, sessionId: string): Buffer | undefined;
  /** Null forgets the state. */
  setSessionState(queue: number, sessionId: string, state: Buffer | null): void;
  commit(): void;
  close(): void;
}
