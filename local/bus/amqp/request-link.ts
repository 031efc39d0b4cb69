import type { EventContext, Receiver, Sender } from 'rhea';
import rhea from 'rhea';
import { z } from 'zod';
import { accept } from './dispositions.ts';
import { receiverInternals, senderInternals } from './rhea-internals.ts';

/** A request on a request-response link, and what is answered (AMQP management, working draft). */
export interface Request {
  operation: string | undefined;
  /** The link that the request is about, if the client named one. */
  linkName: string | undefined;
  body: unknown;
}

export interface Response {
  properties: Record<string, unknown>;
  body: unknown;
}

/** The replies' links of one connection: clients name them by link name or by target address. */
export class ReplyLinks {
  readonly #senders = new Map<string, Sender>();

  add(sender: Sender): () => void {
    // Replies are sent settled: a client whose socket waits for acknowledgements (Nagle's algorithm)
    // would need 40 ms to settle each of them.
    senderInternals(sender).local.attach.snd_settle_mode = 1;
    const names = [sender.name, sender.target.address].filter((name) => typeof name === 'string');
    for (const name of names) this.#senders.set(name, sender);
    return () => {
      for (const name of names) this.#senders.delete(name);
    };
  }

  find(replyTo: string): Sender | undefined {
    return this.#senders.get(replyTo);
  }
}

const request = z.object({
  message_id: z.union([z.string(), z.number(), z.instanceof(Buffer)]).optional(),
  reply_to: z.string(),
  body: z.unknown(),
  application_properties: z
    .object({ operation: z.string().optional(), 'associated-link-name': z.string().optional() })
    .optional(),
});

/** Credit for requests. */
const CREDIT = 1000;
const LOW_CREDIT = 500;

/** Answers requests: `answer` may take until the end of the turn and then calls back. */
export function openRequestLink(
  receiver: Receiver,
  replyLinks: ReplyLinks,
  answer: (request: Request, reply: (response: Response) => void) => void,
): void {
  receiver.set_target({ address: receiver.target.address ?? '' });
  receiver.add_credit(CREDIT);
  receiver.on('message', ({ message, delivery }: EventContext) => {
    if (delivery !== undefined) accept(delivery);
    const { credit } = receiverInternals(receiver);
    if (credit < LOW_CREDIT) receiver.add_credit(CREDIT - credit);
    if (!Buffer.isBuffer(message)) return;
    const parsed = request.safeParse(rhea.message.decode(message));
    if (!parsed.success) return;
    const { message_id, reply_to, application_properties, body } = parsed.data;
    answer(
      {
        operation: application_properties?.operation,
        linkName: application_properties?.['associated-link-name'],
        body,
      },
      (response) => {
        replyLinks.find(reply_to)?.send({
          to: reply_to,
          ...(message_id === undefined ? {} : { correlation_id: message_id }),
          application_properties: response.properties,
          body: response.body,
        });
      },
    );
  });
}
