import { z } from 'zod';
import type { Bus, Clock, Outgoing } from '../../lib/ports/platform.ts';

export type Queue = 'polls' | 'changes';

/** A message as it lies in its session. */
interface Message {
  readonly body: string;
  deliveries: number;
}

/** A session that a worker holds, with its first message. */
export interface Delivery {
  readonly queue: Queue;
  readonly sessionId: string;
  readonly body: unknown;
  readonly deliveryCount: number;
}

/** A message of a run that was lost on its way. */
export interface Lost {
  readonly kind: string;
  readonly runId: string;
}

const loseable = z.object({
  kind: z.enum(['items', 'end', 'memberships', 'missing', 'removals']),
  runId: z.string(),
});

interface Scheduled {
  readonly name: string;
  readonly message: Message;
  readonly at: number;
}

/** Azure docs: Service Bus quotas, Standard. */
const MESSAGE_BYTES = 256 * 1024;
/** A message that comes more often than this would stand in the dead letters. */
const DELIVERIES = 100;

/**
 * Service Bus in memory: sessions in order, one receiver each, peek-lock, and messages that appear
 * at a time of the test's clock, behind those that are there already.
 */
export class MemoryBus implements Bus {
  readonly #sessions = new Map<string, Message[]>();
  readonly #held = new Map<string, { message: Message; delivery: Delivery }>();
  readonly #clock: Clock;
  readonly #step: () => Promise<void>;
  /** Messages of runs that were lost: the bus does not lose any, dead letters do. */
  readonly lost: Lost[] = [];
  /** The message of a run that comes after so many others is lost; null = none. */
  losesAfter: number | null = null;
  #scheduled: Scheduled[] = [];

  constructor(clock: Clock, step: () => Promise<void>) {
    this.#clock = clock;
    this.#step = step;
  }

  async send(queue: Queue, messages: readonly Outgoing[]): Promise<void> {
    for (const { session, body, delaySeconds } of messages) {
      await this.#step();
      if (this.#loses(body)) continue;
      this.put(queue, { session, body, ...(delaySeconds !== undefined && { delaySeconds }) });
    }
    await this.#step();
  }

  /** Puts a message there at once, as somebody outside of the workers would. */
  put(queue: Queue, { session, body, delaySeconds = 0 }: Outgoing): void {
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) > MESSAGE_BYTES) throw new Error('the message is too large');
    const message = { body: text, deliveries: 0 };
    const name = `${queue} ${session}`;
    if (delaySeconds <= 0) this.#append(name, message);
    else
      this.#scheduled.push({
        name,
        message,
        at: this.#clock.now() + Math.ceil(delaySeconds * 1e3),
      });
  }

  /** None: a message that would be one fails the history ({@link DELIVERIES}). */
  async collectDeadLetters(): Promise<number> {
    await this.#step();
    return 0;
  }

  /** When the next scheduled message appears; undefined where there is none. */
  nextDue(): number | undefined {
    return this.#scheduled.length > 0
      ? Math.min(...this.#scheduled.map(({ at }) => at))
      : undefined;
  }

  /** Sessions with a message that nobody holds. */
  ready(): readonly string[] {
    this.#appear();
    return [...this.#sessions]
      .filter(([name, messages]) => messages.length > 0 && !this.#held.has(name))
      .map(([name]) => name);
  }

  /** Takes the lock of a session that is ready. */
  accept(name: string): Delivery {
    const message = this.#sessions.get(name)?.[0];
    if (!message || this.#held.has(name)) throw new Error(`${name} is not ready`);
    message.deliveries += 1;
    if (message.deliveries > DELIVERIES)
      throw new Error(`delivered ${DELIVERIES} times: ${name} ${message.body.slice(0, 300)}`);
    const [kind, sessionId = ''] = name.split(' ');
    const queue = kind === 'polls' ? 'polls' : 'changes';
    const { body, deliveries: deliveryCount } = message;
    const delivery: Delivery = { queue, sessionId, body: JSON.parse(body), deliveryCount };
    this.#held.set(name, { message, delivery });
    return delivery;
  }

  /** Done with: without effect where the lock was lost meanwhile. */
  complete(delivery: Delivery): void {
    const name = nameOf(delivery);
    const held = this.#held.get(name);
    if (held?.delivery !== delivery) return;
    this.#sessions.get(name)?.shift();
    this.#held.delete(name);
  }

  /** Gives the lock back, or takes it away: the message comes again. */
  abandon(delivery: Delivery): void {
    const name = nameOf(delivery);
    if (this.#held.get(name)?.delivery === delivery) this.#held.delete(name);
  }

  #loses(body: unknown): boolean {
    if (this.losesAfter === null) return false;
    const message = loseable.safeParse(body);
    if (!message.success) return false;
    this.losesAfter -= 1;
    if (this.losesAfter >= 0) return false;
    this.losesAfter = null;
    this.lost.push(message.data);
    return true;
  }

  #appear(): void {
    const now = this.#clock.now();
    if (!this.#scheduled.some(({ at }) => at <= now)) return;
    const due = this.#scheduled.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    this.#scheduled = this.#scheduled.filter(({ at }) => at > now);
    for (const { name, message } of due) this.#append(name, message);
  }

  #append(name: string, message: Message): void {
    const messages = this.#sessions.get(name);
    if (messages) messages.push(message);
    else this.#sessions.set(name, [message]);
  }
}

function nameOf({ queue, sessionId }: Delivery): string {
  return `${queue} ${sessionId}`;
}
