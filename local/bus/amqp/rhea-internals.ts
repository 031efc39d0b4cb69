import type { Connection, Delivery, Receiver, Sender, Session, Typed } from 'rhea';

/**
 * The parts of rhea that a broker needs and its typings leave out. rhea's public face is made for
 * clients; a server that decides on attaches and keeps messages as bytes has to reach deeper.
 */

interface EndpointInternals {
  state: { local_open: boolean; open_requests: number };
  local: {
    attach: {
      snd_settle_mode?: number;
      rcv_settle_mode?: number;
      max_message_size?: number;
      properties?: Record<string, Typed>;
    };
  };
}

interface SenderInternals extends EndpointInternals {
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  _draining: boolean;
  _get_drain(): boolean;
  session: { outgoing: { available(): number } };
}

interface ReceiverInternals extends EndpointInternals {
  credit: number;
}

interface TransferFrame {
  performative: { message_format?: number | null };
}

interface SessionInternals {
  on_transfer(frame: TransferFrame): void;
}

interface ConnectionInternals {
  _process(): void;
  _register(): void;
  socket: { cork(): void; uncork(): void; destroy(): void };
}

interface DeliveryInternals {
  settled: boolean;
  remote_settled: boolean;
}

export function senderInternals(sender: Sender): SenderInternals {
  return sender as unknown as SenderInternals;
}

export function receiverInternals(receiver: Receiver): ReceiverInternals {
  return receiver as unknown as ReceiverInternals;
}

export function sessionInternals(session: Session): SessionInternals {
  return session as unknown as SessionInternals;
}

export function connectionInternals(connection: Connection): ConnectionInternals {
  return connection as unknown as ConnectionInternals;
}

export function deliveryInternals(delivery: Delivery): DeliveryInternals {
  return delivery as unknown as DeliveryInternals;
}
