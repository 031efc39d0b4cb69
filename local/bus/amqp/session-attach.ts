import type { Sender } from 'rhea';
import { z } from 'zod';
import type { BrokerContext } from '../broker-context.ts';
import type { Applicant } from '../distributor.ts';
import type { Entity } from '../entity.ts';
import type { SessionLock } from '../queue/session-locks.ts';
import { holdAttach, refuseLink } from './attach.ts';
import { amqp } from './codec.ts';
import { noSessionInTime, sessionCannotBeLocked } from './conditions.ts';
import { DeliveryLink } from './delivery-link.ts';
import { senderInternals } from './rhea-internals.ts';
import { ticksOf } from './ticks.ts';

/** How long a client waits for a session when it does not say, and at the longest. */
const DEFAULT_WAIT_MILLISECONDS = 60_000;

/** The answer sets out a little before the client gives up, so that both agree who has the session. */
const MAX_MARGIN_MILLISECONDS = 200;
const MARGIN_SHARE = 0.05;

export const SESSION_FILTER = 'com.microsoft:session-filter';

const waitProperty = z.object({ 'com.microsoft:timeout': z.number().positive() });

export interface SessionAttach {
  sender: Sender;
  entity: Entity;
  context: BrokerContext;
}

/** Gives a link the session it names, or refuses it if another link has it. */
export function attachNamedSession(
  attach: SessionAttach,
  sessionId: string,
): DeliveryLink | undefined {
  const { sender, entity, context } = attach;
  const link = new DeliveryLink(sender, entity, context);
  const lock = entity.queue.acceptSession(sessionId, link, context.now());
  if (lock === undefined) {
    refuseLink(sender, sessionCannotBeLocked(sessionId));
    return undefined;
  }
  context.turn.touch(context.distributorOf(entity));
  grant(attach, link, lock);
  return link;
}

/**
 * Lets a link wait for the next free session. Its attach is not answered before there is one: that
 * is how Service Bus makes a client wait (docs: "AMQP 1.0 protocol guide").
 *
 * @returns ends the waiting, or the link itself if it has got a session meanwhile
 */
export function attachNextSession(attach: SessionAttach): () => void {
  const { sender, entity, context } = attach;
  const distributor = context.distributorOf(entity);
  const link = new DeliveryLink(sender, entity, context);
  let state: 'waiting' | 'granted' | 'refused' = 'waiting';
  const applicant: Applicant = {
    consumer: link,
    deadline: context.now() + waitMilliseconds(sender.properties),
    granted: (lock) => {
      state = 'granted';
      grant(attach, link, lock);
      sender.open();
    },
    expired: () => {
      state = 'refused';
      refuseLink(sender, noSessionInTime());
    },
  };
  holdAttach(sender);
  distributor.apply(applicant);
  context.turn.touch(distributor);
  return () => {
    distributor.withdraw(applicant);
    if (state === 'granted') link.stop();
    // The detach of a link that was never attached here would go unanswered.
    if (state === 'waiting') sender.open();
  };
}

function grant(attach: SessionAttach, link: DeliveryLink, lock: SessionLock): void {
  const { sender, entity } = attach;
  sender.set_source({ address: entity.address, filter: { [SESSION_FILTER]: lock.sessionId } });
  senderInternals(sender).local.attach.properties = {
    'com.microsoft:locked-until-utc': amqp.wrap_long(ticksOf(lock.until)),
  };
  link.start(lock);
}

function waitMilliseconds(properties: unknown): number {
  const said = waitProperty.safeParse(properties);
  const wait = said.success ? said.data['com.microsoft:timeout'] : DEFAULT_WAIT_MILLISECONDS;
  return wait - Math.min(wait * MARGIN_SHARE, MAX_MARGIN_MILLISECONDS);
}
