import type { Entity } from './entity.ts';
import type { Message } from './queue/message.ts';
import type { SessionLock } from './queue/session-locks.ts';

/** A message on its way to a receiver. */
export interface Handout {
  message: Message;
  content: Buffer;
  /** Undefined if the message was deleted when it was handed out. */
  lock: { token: string; until: number } | undefined;
}

/** A receiver, as the distributor sees it. */
export interface Consumer {
  /** The session it holds, on a queue with sessions. */
  readonly sessionId: string | undefined;
  /** True for "receive and delete". */
  readonly deletes: boolean;
  /** How many messages it can take now. */
  room(): number;
  deliver(handout: Handout): void;
  /** Its session's lock ran out. */
  sessionLost(): void;
}

/** A receiver that waits for any free session. */
export interface Applicant {
  readonly consumer: Consumer;
  /** Epoch milliseconds. */
  readonly deadline: number;
  granted(lock: SessionLock): void;
  expired(): void;
}

/**
 * Brings a queue's messages to its receivers. Works only when something happened: a message came,
 * a receiver has room again, a lock ended. What waits costs nothing.
 */
export class Distributor {
  readonly entity: Entity;
  readonly #defer: (action: () => void) => void;
  readonly #consumers = new Set<Consumer>();
  readonly #hungry = new Set<Consumer>();
  readonly #applicants = new Set<Applicant>();

  /** @param defer runs an action once everything decided so far is stored */
  constructor(entity: Entity, defer: (action: () => void) => void) {
    this.entity = entity;
    this.#defer = defer;
  }

  add(consumer: Consumer): void {
    this.#consumers.add(consumer);
  }

  remove(consumer: Consumer): void {
    this.#consumers.delete(consumer);
    this.#hungry.delete(consumer);
  }

  /** Says that a receiver may have room. */
  hungry(consumer: Consumer): void {
    this.#hungry.add(consumer);
  }

  apply(applicant: Applicant): void {
    this.#applicants.add(applicant);
  }

  withdraw(applicant: Applicant): void {
    this.#applicants.delete(applicant);
  }

  /** Whether running it now would do anything, apart from what receivers asked for. */
  isDue(now: number): boolean {
    return this.entity.queue.hasWoken || this.nextDue() <= now;
  }

  /** When time alone gives this queue something to do. Epoch milliseconds; Infinity for never. */
  nextDue(): number {
    let due = this.entity.queue.nextDue();
    for (const { deadline } of this.#applicants) due = Math.min(due, deadline);
    return due;
  }

  /** Ends what time has ended, then hands out whatever can be handed out. */
  run(now: number): void {
    const { queue } = this.entity;
    for (const lost of queue.advance(now)) this.#holderOf(lost)?.sessionLost();
    this.#grantSessions(now);
    const woken = queue.takeWoken();
    if (queue.declaration.requiresSession) this.#serveSessions(woken, now);
    else if (woken.length > 0 || this.#hungry.size > 0) this.#serveInTurns(now);
  }

  #grantSessions(now: number): void {
    for (const applicant of this.#applicants) {
      const lock = this.entity.queue.acceptSession(undefined, applicant.consumer, now);
      if (lock === undefined && applicant.deadline > now) continue;
      this.#applicants.delete(applicant);
      this.#defer(() => (lock === undefined ? applicant.expired() : applicant.granted(lock)));
    }
  }

  #serveSessions(woken: readonly string[], now: number): void {
    for (const sessionId of woken) {
      const lock = this.entity.queue.sessions.get(sessionId);
      const holder = lock === undefined ? undefined : this.#holderOf(lock);
      if (holder !== undefined) this.#hungry.add(holder);
    }
    for (const consumer of this.#hungry) {
      for (let room = consumer.room(); room > 0 && this.#serve(consumer, now); ) room -= 1;
    }
    this.#hungry.clear();
  }

  /** One message each, around and around, so that no receiver empties the queue alone. */
  #serveInTurns(now: number): void {
    this.#hungry.clear();
    let takers = [...this.#consumers].map((consumer) => ({ consumer, room: consumer.room() }));
    takers = takers.filter(({ room }) => room > 0);
    while (takers.length > 0) {
      for (const taker of takers) {
        if (!this.#serve(taker.consumer, now)) {
          this.#rotate(taker.consumer);
          return;
        }
        taker.room -= 1;
      }
      takers = takers.filter(({ room }) => room > 0);
    }
  }

  /** The receiver that went away empty is first next time. */
  #rotate(first: Consumer): void {
    for (const consumer of this.#consumers) {
      if (consumer === first) return;
      this.#consumers.delete(consumer);
      this.#consumers.add(consumer);
    }
  }

  #serve(consumer: Consumer, now: number): boolean {
    const { entity } = this;
    const taker = { holder: consumer, sessionId: consumer.sessionId };
    const message = entity.queue.take(taker, now);
    if (message?.lock === undefined) return false;
    const { token, until } = message.lock;
    const content = entity.contentOf(message);
    if (consumer.deletes) entity.queue.settle(token, { kind: 'complete' }, now);
    const lock = consumer.deletes ? undefined : { token, until };
    this.#defer(() => consumer.deliver({ message, content, lock }));
    return true;
  }

  #holderOf(lock: SessionLock): Consumer | undefined {
    const holder = lock.holder as Consumer;
    return this.#consumers.has(holder) ? holder : undefined;
  }
}
