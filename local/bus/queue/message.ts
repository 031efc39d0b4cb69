/** Where a message stands (Service Bus docs: "Message browsing", message state). */
export type MessageState = 'active' | 'deferred' | 'scheduled';

/** The link that holds a lock. Compared by identity only. */
export type Holder = object;

interface MessageLock {
  /** A UUID, in its text form. */
  token: string;
  holder: Holder;
  /** Epoch milliseconds. For a message of a session, the session's own lock decides instead. */
  until: number;
}

/** Whom a message is handed to. On a queue with sessions, `sessionId` names the one that is held. */
export interface Taker {
  holder: Holder;
  sessionId: string | undefined;
}

/** What the queue knows of a message. The bytes are the store's. Times are epoch milliseconds. */
export interface Message {
  readonly sequenceNumber: number;
  readonly sessionId: string | undefined;
  readonly enqueuedAt: number;
  /** When a scheduled message becomes active. */
  readonly dueAt: number | undefined;
  /** Infinity when the message never expires. */
  readonly expiresAt: number;
  state: MessageState;
  /** Failed deliveries so far: the wire's `delivery-count`. */
  deliveryCount: number;
  lock: MessageLock | undefined;
}

/** A message as it arrives, before it has a sequence number. */
export interface MessageDraft {
  sessionId: string | undefined;
  ttlMilliseconds: number | undefined;
  dueAt: number | undefined;
}

/** Application properties that a settlement adds to a message. */
export type PropertyChanges = Readonly<Record<string, unknown>>;

/** What happens to a queue's messages, told to whoever keeps them. */
export interface Journal {
  /** Never the same number twice, restarts included. */
  nextSequenceNumber(): number;
  changed(message: Message, properties?: PropertyChanges): void;
  removed(message: Message): void;
  /** A scheduled message became active under a new number. */
  activated(from: Message, to: Message): void;
  /** The message left the queue for its dead-letter queue. */
  deadLettered(message: Message, properties: PropertyChanges): void;
}
