import type { Delivery, Typed } from 'rhea';
import { amqp, described } from './codec.ts';
import type { AmqpCondition } from './conditions.ts';
import { connectionInternals, deliveryInternals } from './rhea-internals.ts';

/** Descriptor codes of outcomes (AMQP 1.0 part 3, section 3.4). */
const ACCEPTED = 0x24;
const REJECTED = 0x25;

/** Tells the peer that a delivery is done with: a send stored, a settlement carried out. */
export function accept(delivery: Delivery): void {
  settle(delivery, described(ACCEPTED, amqp.wrap_list([])));
}

/**
 * Tells the peer that a delivery failed. rhea merges neighbouring dispositions without comparing
 * their outcomes, so whatever is waiting goes out before, and this goes out alone.
 */
export function reject(delivery: Delivery, error: AmqpCondition): void {
  const connection = connectionInternals(delivery.link.connection);
  connection._process();
  settle(delivery, described(REJECTED, amqp.wrap_list([amqp.wrap_error(error)])));
  connection._process();
}

function settle(delivery: Delivery, state: Typed): void {
  delivery.update(true, state);
  // With rcv-settle-mode "second" the peer has spoken already and sends nothing more; rhea would
  // wait for it and never free the delivery's place.
  deliveryInternals(delivery).remote_settled = true;
}
