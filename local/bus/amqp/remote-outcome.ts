import { z } from 'zod';
import type { Settlement } from '../queue/settlement.ts';

/** rhea's fields are getters, so the schema names what it wants instead of copying the object. */
const properties = z.record(z.string(), z.unknown()).nullish();
const modified = z.object({
  undeliverable_here: z.boolean().nullish(),
  message_annotations: properties,
});
const rejected = z.object({ error: z.object({ info: properties }).nullish() });

/**
 * What a client means by "modified": deferring says that the message is not to be delivered here
 * again, abandoning does not (Service Bus docs: "AMQP 1.0 protocol guide", message settlement).
 */
export function settlementOfModified(state: unknown): Settlement {
  const { undeliverable_here, message_annotations } = modified.parse(state);
  const changes = message_annotations ? { properties: message_annotations } : {};
  return { kind: undeliverable_here === true ? 'defer' : 'abandon', ...changes };
}

/** "Rejected" is dead-lettering; its error's info carries the reason and further properties. */
export function settlementOfRejected(state: unknown): Settlement {
  return { kind: 'deadLetter', properties: rejected.parse(state).error?.info ?? {} };
}
