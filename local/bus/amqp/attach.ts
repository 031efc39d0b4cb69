import type { Receiver, Sender } from 'rhea';
import type { AmqpCondition } from './conditions.ts';
import { senderInternals } from './rhea-internals.ts';

/**
 * Refuses a link: an attach without source or target, then a detach that says why (AMQP 1.0 part 2,
 * section 2.6.3).
 */
export function refuseLink(link: Sender | Receiver, error: AmqpCondition): void {
  link.open();
  link.close(error);
}

/** Keeps rhea from answering an attach by itself; `sender.open()` answers it later. */
export function holdAttach(sender: Sender): void {
  const { state } = senderInternals(sender);
  state.local_open = false;
  state.open_requests -= 1;
}
