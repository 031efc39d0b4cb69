import { randomUUID } from 'node:crypto';
import type { InboundMessage } from './amqp/inbound-message.ts';
import { withApplicationProperties } from './amqp/outbound-message.ts';
import type { QueueDeclaration } from './queue/declaration.ts';
import type { Journal, Message } from './queue/message.ts';
import { Queue } from './queue/queue.ts';
import type { Store } from './store/store.ts';

/** Sequence numbers set aside on disk at a time; a crash skips what is left of them. */
const RESERVATION = 1000;

export interface EntityOptions {
  declaration: QueueDeclaration;
  store: Store;
  /** The first sequence number that was never used. */
  nextSequenceNumber: number;
  /** Where dead letters go; a dead-letter queue has none itself. */
  deadLetters: Entity | undefined;
}

/** A queue together with the bytes of its messages. */
export class Entity {
  readonly queue: Queue;
  /** The queue's number in the store. */
  readonly number: number;
  readonly deadLetters: Entity | undefined;
  readonly #store: Store;
  #next: number;
  #reserved: number;

  constructor({ declaration, store, nextSequenceNumber, deadLetters }: EntityOptions) {
    this.#store = store;
    this.number = store.queueNumber(declaration.name);
    this.deadLetters = deadLetters;
    this.#next = nextSequenceNumber;
    this.#reserved = nextSequenceNumber;
    this.queue = new Queue({ declaration, journal: this.#journal(), newToken: randomUUID });
  }

  get address(): string {
    return this.queue.declaration.name;
  }

  /** Adds a message, with its bytes. */
  send(inbound: InboundMessage, now: number): Message {
    const message = this.queue.enqueue(inbound, now);
    this.#store.insert(this.number, message, inbound.content);
    return message;
  }

  contentOf(message: Message): Buffer {
    return this.#store.content({ queue: this.number, sequenceNumber: message.sequenceNumber });
  }

  sessionState(sessionId: string): Buffer | undefined {
    return this.#store.sessionState(this.number, sessionId);
  }

  setSessionState(sessionId: string, state: Buffer | null): void {
    this.#store.setSessionState(this.number, sessionId, state);
  }

  /** Takes in a message that another queue gave up. It keeps its number and no longer expires. */
  adopt(message: Message, content: Buffer): void {
    const adopted: Message = {
      ...message,
      state: 'active',
      dueAt: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
      lock: undefined,
    };
    this.#store.insert(this.number, adopted, content);
    this.queue.book.add(adopted);
  }

  #journal(): Journal {
    return {
      nextSequenceNumber: () => this.#nextSequenceNumber(),
      changed: (message, properties) => {
        const content =
          properties === undefined
            ? undefined
            : withApplicationProperties(this.contentOf(message), properties);
        this.#store.update(this.number, message, content);
      },
      removed: (message) => this.#remove(message),
      activated: (from, to) => {
        this.#store.insert(this.number, to, this.contentOf(from));
        this.#remove(from);
      },
      deadLettered: (message, properties) => {
        const content = withApplicationProperties(this.contentOf(message), properties);
        this.#remove(message);
        this.deadLetters?.adopt(message, content);
      },
    };
  }

  #remove(message: Message): void {
    this.#store.remove({ queue: this.number, sequenceNumber: message.sequenceNumber });
  }

  #nextSequenceNumber(): number {
    if (this.#next >= this.#reserved) {
      this.#reserved = this.#next + RESERVATION;
      this.#store.reserve(this.number, this.#reserved);
    }
    const sequenceNumber = this.#next;
    this.#next += 1;
    return sequenceNumber;
  }
}
