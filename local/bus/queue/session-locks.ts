import type { Holder, Message } from './message.ts';

export interface SessionLock {
  readonly sessionId: string;
  readonly holder: Holder;
  /** Epoch milliseconds. */
  until: number;
  /** Messages of the session that its holder has received and not settled. */
  readonly messages: Set<Message>;
}

/**
 * Who holds which session, and which sessions wait to be taken.
 *
 * Locks all last equally long and a renewed one moves to the end, so the first lock of the map is
 * always the next to expire and no timer per session is needed.
 */
export class SessionLocks {
  readonly #locks = new Map<string, SessionLock>();
  /** Unlocked sessions with messages, longest waiting first, so that none starves. */
  readonly #waiting = new Set<string>();

  get(sessionId: string): SessionLock | undefined {
    return this.#locks.get(sessionId);
  }

  /** Says whether a session has messages to hand out. */
  setReady(sessionId: string, ready: boolean): void {
    if (ready && !this.#locks.has(sessionId)) this.#waiting.add(sessionId);
    else this.#waiting.delete(sessionId);
  }

  nextWaiting(): string | undefined {
    return this.#waiting.values().next().value;
  }

  lock(lock: SessionLock): void {
    this.#locks.set(lock.sessionId, lock);
    this.#waiting.delete(lock.sessionId);
  }

  renew(lock: SessionLock, until: number): void {
    lock.until = until;
    this.#locks.delete(lock.sessionId);
    this.#locks.set(lock.sessionId, lock);
  }

  release(lock: SessionLock): void {
    this.#locks.delete(lock.sessionId);
  }

  /** The lock that expires first. */
  first(): SessionLock | undefined {
    return this.#locks.values().next().value;
  }
}
