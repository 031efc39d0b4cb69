import type { Delivery, EventContext, Sender } from 'rhea';
import type { BrokerContext } from '../broker-context.ts';
import type { Consumer, Distributor, Handout } from '../distributor.ts';
import type { Entity } from '../entity.ts';
import type { SessionLock } from '../queue/session-locks.ts';
import type { Settlement } from '../queue/settlement.ts';
import { messageLockLost, sessionLockLost } from './conditions.ts';
import { accept, reject } from './dispositions.ts';
import { tagOfToken } from './lock-token.ts';
import { encodeMessage } from './outbound-message.ts';
import { settlementOfModified, settlementOfRejected } from './remote-outcome.ts';
import { connectionInternals, senderInternals } from './rhea-internals.ts';

/** rhea's snd-settle-mode "settled" (AMQP 1.0 part 2, section 2.8.2). */
const SETTLED = 1;

/** Hands a queue's messages to one client, and carries out what it decides about them. */
export class DeliveryLink implements Consumer {
  readonly deletes: boolean;
  readonly #sender: Sender;
  readonly #entity: Entity;
  readonly #context: BrokerContext;
  readonly #distributor: Distributor;
  /** Lock tokens of deliveries that the client has not settled. */
  readonly #tokens = new Map<Delivery, string>();
  #session: SessionLock | undefined;
  /** Deliveries given to rhea, and credit given back unused: together they explain its count. */
  #given = 0;
  #drained = 0;

  constructor(sender: Sender, entity: Entity, context: BrokerContext) {
    this.#sender = sender;
    this.#entity = entity;
    this.#context = context;
    this.#distributor = context.distributorOf(entity);
    this.deletes = sender.snd_settle_mode === SETTLED;
    const { attach } = senderInternals(sender).local;
    attach.snd_settle_mode = sender.snd_settle_mode;
    attach.rcv_settle_mode = sender.rcv_settle_mode;
  }

  get sessionId(): string | undefined {
    return this.#session?.sessionId;
  }

  /** Begins to deliver; on a queue with sessions, from the session that was taken. */
  start(session?: SessionLock): void {
    this.#session = session;
    this.#distributor.add(this);
    this.#listen();
    senderInternals(this.#sender)._get_drain = () => this.#answerDrain();
  }

  /**
   * Ends with the link. A session becomes free at once, also when the connection just died: its
   * holder is gone for good, and waiting for the lock to expire would only hold up the session and
   * count a failed delivery that never was. Locks outside sessions outlive the link, since the client
   * may still settle through the management link.
   */
  stop(): void {
    this.#distributor.remove(this);
    if (this.#session !== undefined) {
      this.#entity.queue.releaseSession(this.#session, this.#context.now());
    }
    this.#session = undefined;
    this.#tokens.clear();
    this.#context.turn.touch(this.#distributor);
  }

  room(): number {
    const { credit, session } = senderInternals(this.#sender);
    return Math.min(credit - this.#unsent(), session.outgoing.available());
  }

  deliver({ message, content, lock }: Handout): void {
    const bytes = encodeMessage(message, content, lock?.until);
    const tag = lock === undefined ? undefined : tagOfToken(lock.token);
    const delivery = this.#sender.send(bytes, tag, 0);
    this.#given += 1;
    if (lock !== undefined) this.#tokens.set(delivery, lock.token);
  }

  sessionLost(): void {
    const sessionId = this.sessionId ?? '';
    this.#session = undefined;
    this.#distributor.remove(this);
    this.#context.turn.defer(() => this.#sender.close(sessionLockLost(sessionId)));
  }

  #listen(): void {
    const on = (outcome: string, settlementOf: (state: unknown) => Settlement) =>
      this.#sender.on(outcome, ({ delivery }: EventContext) => {
        if (delivery !== undefined) this.#settle(delivery, settlementOf(delivery.remote_state));
      });
    on('accepted', () => ({ kind: 'complete' }));
    on('released', () => ({ kind: 'release' }));
    on('modified', settlementOfModified);
    on('rejected', settlementOfRejected);
    this.#sender.on('sender_flow', () => this.#flow());
  }

  #flow(): void {
    this.#distributor.hungry(this);
    this.#context.turn.touch(this.#distributor);
    // Answered after what can be delivered has been: rhea writes transfers before flows.
    if (senderInternals(this.#sender)._draining) {
      this.#context.turn.defer(() => this.#requestFlow());
    }
  }

  #requestFlow(): void {
    senderInternals(this.#sender).issue_flow = true;
    connectionInternals(this.#sender.connection)._register();
  }

  /** rhea answers a drain only while credit is left; the client waits for an answer in any case. */
  #answerDrain(): boolean {
    const internals = senderInternals(this.#sender);
    if (!internals._draining || this.#unsent() > 0) return false;
    this.#drained += internals.credit;
    internals.delivery_count += internals.credit;
    internals.credit = 0;
    internals._draining = false;
    return true;
  }

  /** Deliveries that rhea still holds back: credit falls only when their frames leave. */
  #unsent(): number {
    return this.#given + this.#drained - senderInternals(this.#sender).delivery_count;
  }

  #settle(delivery: Delivery, settlement: Settlement): void {
    const token = this.#tokens.get(delivery);
    if (token === undefined) return;
    this.#tokens.delete(delivery);
    const done = this.#entity.queue.settle(token, settlement, this.#context.now());
    this.#distributor.hungry(this);
    this.#context.turn.touch(this.#distributor);
    this.#context.turn.defer(() => {
      if (!this.#sender.session.is_open()) return;
      if (done) accept(delivery);
      else reject(delivery, messageLockLost());
    });
  }
}
