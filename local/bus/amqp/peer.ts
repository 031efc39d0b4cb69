import type { Receiver, Sender, Session } from 'rhea';
import type { BrokerContext } from '../broker-context.ts';
import { manage } from '../management/management.ts';
import { refuseLink } from './attach.ts';
import { entityNotFound, notAllowed } from './conditions.ts';
import { DeliveryLink } from './delivery-link.ts';
import { openIntake } from './intake-link.ts';
import type { Response } from './request-link.ts';
import { openRequestLink, ReplyLinks } from './request-link.ts';
import type { SessionAttach } from './session-attach.ts';
import { attachNamedSession, attachNextSession, SESSION_FILTER } from './session-attach.ts';

const CBS = '$cbs';
const MANAGEMENT = /^(?<entity>.+)\/\$management$/u;

/** Tokens are taken as they come: the broker listens to its own machine alone. */
const TOKEN_ACCEPTED: Response = {
  properties: { 'status-code': 202, 'status-description': 'Accepted' },
  body: null,
};

type Link = Sender | Receiver;

/** One connection of a client: the links it opens, and what is to be done when they end. */
export class Peer {
  readonly #context: BrokerContext;
  readonly #replyLinks = new ReplyLinks();
  readonly #endings = new Map<Link, () => void>();

  constructor(context: BrokerContext) {
    this.#context = context;
  }

  /** The client opens a link to send on. */
  receiverOpened(receiver: Receiver): void {
    const address = addressOf(receiver.target.address);
    const managed = MANAGEMENT.exec(address)?.groups?.entity;
    const entity = this.#context.find(managed ?? address);
    if (address === CBS) {
      openRequestLink(receiver, this.#replyLinks, (_request, reply) => reply(TOKEN_ACCEPTED));
    } else if (entity === undefined) {
      refuseLink(receiver, entityNotFound(address));
    } else if (managed === undefined) {
      openIntake(receiver, entity, this.#context);
    } else {
      openRequestLink(receiver, this.#replyLinks, (request, reply) => {
        const response = manage(request, entity, this.#context);
        this.#context.turn.defer(() => reply(response));
      });
    }
  }

  /** The client opens a link to receive on. */
  senderOpened(sender: Sender): void {
    const address = addressOf(sender.source.address);
    const entity = this.#context.find(MANAGEMENT.exec(address)?.groups?.entity ?? address);
    if (address === CBS || (entity !== undefined && MANAGEMENT.test(address))) {
      this.#endings.set(sender, this.#replyLinks.add(sender));
      sender.set_source({ address });
    } else if (entity === undefined) {
      refuseLink(sender, entityNotFound(address));
    } else {
      this.#openDelivery({ sender, entity, context: this.#context });
    }
  }

  linkClosed(link: Link): void {
    const end = this.#endings.get(link);
    this.#endings.delete(link);
    end?.();
  }

  sessionClosed(session: Session): void {
    for (const link of this.#endings.keys()) {
      if (link.session === session) this.linkClosed(link);
    }
  }

  closed(): void {
    for (const link of this.#endings.keys()) this.linkClosed(link);
  }

  #openDelivery(attach: SessionAttach): void {
    const { sender, entity, context } = attach;
    const wanted = sessionWanted(sender);
    const { requiresSession } = entity.queue.declaration;
    if (requiresSession !== (wanted !== undefined)) {
      const rule = requiresSession ? 'requires sessions' : 'has no sessions';
      refuseLink(sender, notAllowed(`The entity '${entity.address}' ${rule}.`));
    } else if (wanted === undefined) {
      const link = new DeliveryLink(sender, entity, context);
      sender.set_source({ address: entity.address });
      link.start();
      this.#endings.set(sender, () => link.stop());
    } else if (wanted.sessionId === null) {
      this.#endings.set(sender, attachNextSession(attach));
    } else {
      const link = attachNamedSession(attach, wanted.sessionId);
      if (link !== undefined) this.#endings.set(sender, () => link.stop());
    }
  }
}

function addressOf(address: unknown): string {
  return typeof address === 'string' ? address.replace(/^\//u, '') : '';
}

/** Undefined if the link asks for no session; a null id asks for any. */
function sessionWanted(sender: Sender): { sessionId: string | null } | undefined {
  const filter: unknown = sender.source.filter;
  if (typeof filter !== 'object' || filter === null || !(SESSION_FILTER in filter))
    return undefined;
  const sessionId: unknown = filter[SESSION_FILTER];
  return { sessionId: typeof sessionId === 'string' ? sessionId : null };
}
