import type { QueueDeclaration } from './declaration.ts';
import type { Holder, Journal, Message, MessageDraft, PropertyChanges, Taker } from './message.ts';
import { MessageBook } from './message-book.ts';
import { MessageLocks } from './message-locks.ts';
import { activated, newMessage } from './new-message.ts';
import type { SessionLock } from './session-locks.ts';
import { SessionLocks } from './session-locks.ts';
import type { PutBack, Settlement } from './settlement.ts';
import { EXPIRED, tooManyDeliveries } from './settlement.ts';

export interface QueueOptions {
  declaration: QueueDeclaration;
  journal: Journal;
  /** Makes lock tokens: UUIDs in text form. */
  newToken: () => string;
}

/**
 * One queue: which messages it has, who holds them, what comes next. Pure: time comes in as `now`
 * (epoch milliseconds), effects go out through the journal. Call `advance` before anything else
 * when time has passed.
 *
 * ```
 *             enqueue           take             complete
 *  (nothing) --------> active -------> locked ------------> (gone)
 *      |                ^ ^  <------- abandon, lock expired (+1), release
 *      | dueAt          | |              |  defer            dead-letter, or too many deliveries
 *      +--> scheduled --+ +-- deferred <-+  ---------------> dead-letter queue
 * ```
 * A message that comes back takes its old place, so a session's messages keep their order.
 */
export class Queue {
  readonly declaration: QueueDeclaration;
  readonly sessions = new SessionLocks();
  readonly book: MessageBook;
  /** Messages added and messages consumed since this object was made. */
  readonly totals = { sent: 0, completed: 0 };
  readonly #locks = new MessageLocks();
  readonly #journal: Journal;
  readonly #newToken: () => string;
  readonly #woken = new Set<string>();

  constructor(options: QueueOptions) {
    this.declaration = options.declaration;
    this.#journal = options.journal;
    this.#newToken = options.newToken;
    this.book = new MessageBook(options.declaration, (lane, ready) => {
      if (ready) this.#woken.add(lane);
      if (this.declaration.requiresSession) this.sessions.setReady(lane, ready);
    });
  }

  /** Adds a new message. The caller stores it, with its bytes. */
  enqueue(draft: MessageDraft, now: number): Message {
    const sequenceNumber = this.#journal.nextSequenceNumber();
    const message = newMessage(draft, { declaration: this.declaration, sequenceNumber, now });
    this.totals.sent += 1;
    this.book.add(message);
    return message;
  }

  /** Hands out the next message, locked; undefined when there is none for this taker. */
  take(taker: Taker, now: number): Message | undefined {
    const message = this.#nextFor(taker, now);
    if (message !== undefined) this.#lock(message, taker, now);
    return message;
  }

  /** Locks a deferred message; undefined if it is not deferred, locked, or of another session. */
  takeDeferred(sequenceNumber: number, taker: Taker, now: number): Message | undefined {
    const message = this.book.get(sequenceNumber);
    if (message?.state !== 'deferred' || message.lock !== undefined) return undefined;
    if (this.declaration.requiresSession && message.sessionId !== taker.sessionId) return undefined;
    this.#lock(message, taker, now);
    return message;
  }

  /** Carries out a receiver's decision. False if its lock is lost, in which case nothing happens. */
  settle(token: string, settlement: Settlement, now: number): boolean {
    const message = this.#locks.find(token, now);
    if (message === undefined) return false;
    this.#locks.unlock(message);
    if (settlement.kind === 'complete') this.#complete(message);
    else if (settlement.kind === 'deadLetter') this.#deadLetter(message, settlement.properties);
    else this.#putBack(message, settlement, now);
    return true;
  }

  /** Renews the lock of a message outside sessions. Gives its new end, undefined if it is lost. */
  renewLock(token: string, now: number): number | undefined {
    const message = this.#locks.find(token, now);
    if (message === undefined || this.declaration.requiresSession) return undefined;
    this.#locks.renew(message, this.#lockEnd(now));
    return message.lock?.until;
  }

  /** Removes a scheduled message. False if it is not scheduled (any more). */
  cancelScheduled(sequenceNumber: number): boolean {
    const message = this.book.get(sequenceNumber);
    if (message?.state !== 'scheduled') return false;
    this.book.remove(message);
    this.#journal.removed(message);
    return true;
  }

  /** Takes a session: the named one, or the one that has waited longest. Undefined if none is free. */
  acceptSession(
    sessionId: string | undefined,
    holder: Holder,
    now: number,
  ): SessionLock | undefined {
    const chosen = sessionId ?? this.sessions.nextWaiting();
    if (chosen === undefined || this.sessions.get(chosen) !== undefined) return undefined;
    const until = this.#lockEnd(now);
    const lock: SessionLock = { sessionId: chosen, holder, until, messages: new Set() };
    this.sessions.lock(lock);
    return lock;
  }

  /** Renews a session's lock, and with it the locks of its messages. Undefined if nobody holds it. */
  renewSession(sessionId: string, now: number): number | undefined {
    const lock = this.sessions.get(sessionId);
    if (lock === undefined || lock.until <= now) return undefined;
    this.sessions.renew(lock, this.#lockEnd(now));
    return lock.until;
  }

  /**
   * Gives a session back. What its holder had not settled returns as if never handed out: closing a
   * session is no failed delivery (Service Bus docs: "Message sessions").
   */
  releaseSession(lock: SessionLock, now: number): void {
    this.#endSession(lock, 'release', now);
  }

  /** Does all that time alone does. Gives the sessions whose holders just lost them. */
  advance(now: number): SessionLock[] {
    for (const scheduled of this.book.takeScheduled(now)) {
      const active = activated(scheduled, this.#journal.nextSequenceNumber(), now);
      this.book.add(active);
      this.#journal.activated(scheduled, active);
    }
    const lost = this.declaration.requiresSession ? this.#expireSessions(now) : [];
    if (!this.declaration.requiresSession) this.#expireLocks(now);
    for (const message of this.book.expired(now)) this.#expire(message);
    return lost;
  }

  /** When `advance` next has something to do. Epoch milliseconds; Infinity for never. */
  nextDue(): number {
    const lock = this.declaration.requiresSession
      ? (this.sessions.first()?.until ?? Number.POSITIVE_INFINITY)
      : this.#locks.nextDue();
    return Math.min(this.book.nextDue(), lock);
  }

  get hasWoken(): boolean {
    return this.#woken.size > 0;
  }

  /** The sessions that got messages since the last call; `''` stands for a queue without sessions. */
  takeWoken(): string[] {
    const woken = [...this.#woken];
    this.#woken.clear();
    return woken;
  }

  #nextFor(taker: Taker, now: number): Message | undefined {
    if (!this.declaration.requiresSession) return this.book.next(undefined);
    const lock = this.sessions.get(taker.sessionId ?? '');
    if (lock?.holder !== taker.holder || lock.until <= now) return undefined;
    return this.book.next(lock.sessionId);
  }

  #lock(message: Message, taker: Taker, now: number): void {
    const session = this.declaration.requiresSession
      ? this.sessions.get(message.sessionId ?? '')
      : undefined;
    const until = session?.until ?? this.#lockEnd(now);
    this.book.withdraw(message);
    this.#locks.lock(message, { token: this.#newToken(), holder: taker.holder, until, session });
  }

  #complete(message: Message): void {
    this.totals.completed += 1;
    this.book.remove(message);
    this.#journal.removed(message);
  }

  #putBack(message: Message, back: PutBack, now: number): void {
    if (back.kind === 'abandon') message.deliveryCount += 1;
    if (message.deliveryCount >= this.declaration.maxDeliveryCount) {
      this.#deadLetter(message, tooManyDeliveries(this.declaration.maxDeliveryCount));
      return;
    }
    if (back.kind === 'defer') this.book.setState(message, 'deferred');
    if (back.kind !== 'release') this.#journal.changed(message, back.properties);
    if (message.expiresAt <= now) this.#expire(message);
    else this.book.offer(message);
  }

  #expireLocks(now: number): void {
    for (const message of this.#locks.expired(now)) {
      this.#locks.unlock(message);
      this.#putBack(message, { kind: 'abandon' }, now);
    }
  }

  #expireSessions(now: number): SessionLock[] {
    const lost: SessionLock[] = [];
    let lock = this.sessions.first();
    while (lock !== undefined && lock.until <= now) {
      this.#endSession(lock, 'abandon', now);
      lost.push(lock);
      lock = this.sessions.first();
    }
    return lost;
  }

  #endSession(lock: SessionLock, kind: 'abandon' | 'release', now: number): void {
    if (this.sessions.get(lock.sessionId) !== lock) return;
    for (const message of lock.messages) {
      this.#locks.unlock(message);
      this.#putBack(message, { kind }, now);
    }
    this.sessions.release(lock);
    this.sessions.setReady(lock.sessionId, this.book.hasReady(lock.sessionId));
  }

  #expire(message: Message): void {
    if (this.declaration.deadLetteringOnExpiration === true) this.#deadLetter(message, EXPIRED);
    else {
      this.book.remove(message);
      this.#journal.removed(message);
    }
  }

  #deadLetter(message: Message, properties: PropertyChanges): void {
    this.book.remove(message);
    this.#journal.deadLettered(message, properties);
  }

  #lockEnd(now: number): number {
    return now + this.declaration.lockDurationSeconds * 1000;
  }
}
