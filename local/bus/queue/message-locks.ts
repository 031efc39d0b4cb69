import type { Holder, Message } from './message.ts';
import type { SessionLock } from './session-locks.ts';

/** How long a lock is to last, for whom, and under which session's lock, if any. */
export interface LockTerms {
  token: string;
  holder: Holder;
  /** Epoch milliseconds. */
  until: number;
  session: SessionLock | undefined;
}

/**
 * The locked messages of a queue by lock token. All locks last equally long and a renewed one moves
 * to the end, so outside sessions the first entry expires first. In a session, the session's lock
 * rules.
 */
export class MessageLocks {
  readonly #held = new Map<string, { message: Message; session: SessionLock | undefined }>();

  lock(message: Message, terms: LockTerms): void {
    message.lock = { token: terms.token, holder: terms.holder, until: terms.until };
    terms.session?.messages.add(message);
    this.#held.set(terms.token, { message, session: terms.session });
  }

  /** The message under this token, unless its lock is over. */
  find(token: string, now: number): Message | undefined {
    const entry = this.#held.get(token);
    if (entry === undefined) return undefined;
    const until = entry.session?.until ?? entry.message.lock?.until ?? 0;
    return until > now ? entry.message : undefined;
  }

  renew(message: Message, until: number): void {
    const token = message.lock?.token;
    const entry = token === undefined ? undefined : this.#held.get(token);
    if (token === undefined || entry === undefined || message.lock === undefined) return;
    message.lock.until = until;
    this.#held.delete(token);
    this.#held.set(token, entry);
  }

  unlock(message: Message): void {
    if (message.lock === undefined) return;
    this.#held.get(message.lock.token)?.session?.messages.delete(message);
    this.#held.delete(message.lock.token);
    message.lock = undefined;
  }

  /** The messages outside sessions whose locks are over. */
  expired(now: number): Message[] {
    const over: Message[] = [];
    for (const { message } of this.#held.values()) {
      if ((message.lock?.until ?? 0) > now) break;
      over.push(message);
    }
    return over;
  }

  /** When the first lock outside sessions ends. Epoch milliseconds; Infinity when there is none. */
  nextDue(): number {
    const first = this.#held.values().next().value;
    return first?.message.lock?.until ?? Number.POSITIVE_INFINITY;
  }
}
