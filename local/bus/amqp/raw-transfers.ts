import type { Session } from 'rhea';
import { sessionInternals } from './rhea-internals.ts';

/** Message formats: AMQP's own is 0; Service Bus sends batches under one of its own. */
export const BATCH_FORMAT = 0x80013700;

/** Stands for format 0 once a session delivers bytes. Any number that nobody sends will do. */
const PLAIN_FORMAT = 0x7fffffff;

/**
 * Makes a session deliver messages as bytes. rhea decodes messages of format 0 and throws the bytes
 * away; a broker must keep them as they came, so each such message passes under another format.
 */
export function deliverBytes(session: Session): void {
  const internals = sessionInternals(session);
  const onTransfer = internals.on_transfer.bind(internals);
  internals.on_transfer = (frame) => {
    const { performative } = frame;
    if (!performative.message_format) performative.message_format = PLAIN_FORMAT;
    onTransfer(frame);
  };
}
