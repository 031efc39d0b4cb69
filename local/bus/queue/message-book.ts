import type { QueueDeclaration } from './declaration.ts';
import { DueHeap } from './due-heap.ts';
import type { Message, MessageState } from './message.ts';
import { ReadyMessages } from './ready-messages.ts';

/** The one lane of a queue without sessions. */
const ONLY_LANE = '';

/** How many messages a queue holds, by state. Locked ones count as active. */
export interface MessageCounts {
  active: number;
  deferred: number;
  scheduled: number;
}

/** All messages of a queue, which of them can be handed out, and when the clock changes one. */
export class MessageBook {
  readonly counts: MessageCounts = { active: 0, deferred: 0, scheduled: 0 };
  readonly #messages = new Map<number, Message>();
  readonly #ready = new ReadyMessages();
  readonly #scheduled = new DueHeap();
  readonly #expiring = new DueHeap();
  readonly #requiresSession: boolean;
  readonly #laneChanged: (lane: string, ready: boolean) => void;

  constructor(declaration: QueueDeclaration, laneChanged: (lane: string, ready: boolean) => void) {
    this.#requiresSession = declaration.requiresSession;
    this.#laneChanged = laneChanged;
  }

  get(sequenceNumber: number): Message | undefined {
    return this.#messages.get(sequenceNumber);
  }

  add(message: Message): void {
    this.#messages.set(message.sequenceNumber, message);
    this.counts[message.state] += 1;
    if (message.dueAt !== undefined) this.#scheduled.push(message.dueAt, message.sequenceNumber);
    if (Number.isFinite(message.expiresAt)) {
      this.#expiring.push(message.expiresAt, message.sequenceNumber);
    }
    this.offer(message);
  }

  remove(message: Message): void {
    this.withdraw(message);
    if (this.#messages.delete(message.sequenceNumber)) this.counts[message.state] -= 1;
  }

  setState(message: Message, state: MessageState): void {
    this.counts[message.state] -= 1;
    this.counts[state] += 1;
    message.state = state;
  }

  /** Makes an active message available in its old place. */
  offer(message: Message): void {
    if (message.state !== 'active') return;
    const lane = this.#laneOf(message);
    this.#ready.add(lane, message.sequenceNumber);
    this.#laneChanged(lane, true);
  }

  /** Takes a message off the ones to hand out. */
  withdraw(message: Message): void {
    const lane = this.#laneOf(message);
    this.#ready.delete(lane, message.sequenceNumber);
    if (!this.#ready.has(lane)) this.#laneChanged(lane, false);
  }

  /** The next message to hand out: of a session, or of the whole queue where there are none. */
  next(sessionId: string | undefined): Message | undefined {
    const sequenceNumber = this.#ready.first(sessionId ?? ONLY_LANE);
    return sequenceNumber === undefined ? undefined : this.#messages.get(sequenceNumber);
  }

  hasReady(sessionId: string): boolean {
    return this.#ready.has(sessionId);
  }

  /** The messages whose scheduled time has come, earliest first; they leave the book. */
  takeScheduled(now: number): Message[] {
    const taken = this.#popDue(this.#scheduled, now, (message) => message.state === 'scheduled');
    for (const message of taken) this.remove(message);
    return taken;
  }

  /** The messages whose time to live is over. A locked one is judged when its lock ends. */
  expired(now: number): Message[] {
    return this.#popDue(this.#expiring, now, (message) => message.lock === undefined);
  }

  /** Epoch milliseconds; Infinity when nothing is due. */
  nextDue(): number {
    return Math.min(
      this.#scheduled.nextAt() ?? Number.POSITIVE_INFINITY,
      this.#expiring.nextAt() ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Messages in any state from a sequence number on, in order; none is touched. */
  peek(from: number, count: number, sessionId?: string): Message[] {
    const found: Message[] = [];
    for (const message of this.#messages.values()) {
      if (message.sequenceNumber < from) continue;
      if (sessionId === undefined || message.sessionId === sessionId) found.push(message);
    }
    found.sort((left, right) => left.sequenceNumber - right.sequenceNumber);
    return found.slice(0, count);
  }

  /** Every session that has messages, in whatever state, and how many. */
  sessions(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { sessionId } of this.#messages.values()) {
      if (sessionId !== undefined) counts.set(sessionId, (counts.get(sessionId) ?? 0) + 1);
    }
    return counts;
  }

  #popDue(heap: DueHeap, now: number, stillHolds: (message: Message) => boolean): Message[] {
    const due: Message[] = [];
    for (let next = heap.popDue(now); next !== undefined; next = heap.popDue(now)) {
      const message = this.#messages.get(next);
      if (message !== undefined && stillHolds(message)) due.push(message);
    }
    return due;
  }

  #laneOf(message: Message): string {
    return this.#requiresSession ? (message.sessionId ?? ONLY_LANE) : ONLY_LANE;
  }
}
