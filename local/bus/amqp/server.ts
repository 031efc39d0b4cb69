import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Connection, EventContext } from 'rhea';
import rhea from 'rhea';
import type { BrokerContext } from '../broker-context.ts';
import { Peer } from './peer.ts';
import { deliverBytes } from './raw-transfers.ts';
import { connectionInternals } from './rhea-internals.ts';

/** Deliveries under way per AMQP session. Unsettled ones keep their place, so there must be many. */
const SESSION_BUFFER = 8192;

const LISTEN_OPTIONS = {
  host: '127.0.0.1',
  max_frame_size: 64 * 1024,
  session_buffer_size: SESSION_BUFFER,
  tcp_no_delay: true,
  // Deliveries are settled by hand, once the store has them.
  autosettle: false,
  autoaccept: false,
  credit_window: 0,
  treat_modified_as_released: false,
};

export interface AmqpServer {
  port: number;
  /** Drops all connections and stops listening. */
  close(): Promise<void>;
}

/** Listens for AMQP 1.0 clients on the loopback interface. */
export async function listen(context: BrokerContext, port: number): Promise<AmqpServer> {
  const container = rhea.create_container({ id: 'service-bus' });
  const peers = new Map<Connection, Peer>();
  wire(container, (connection) => {
    const known = peers.get(connection);
    if (known !== undefined) return known;
    const peer = new Peer(context);
    peers.set(connection, peer);
    gatherWrites(connection);
    return peer;
  });
  const drop = ({ connection }: EventContext): void => {
    peers.get(connection)?.closed();
    peers.delete(connection);
  };
  container.on('connection_close', drop);
  container.on('disconnected', drop);
  const server: Server = container.listen({ ...LISTEN_OPTIONS, port });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Routes rhea's events to the connection's peer. */
function wire(container: rhea.Container, peerOf: (connection: Connection) => Peer): void {
  container.on('session_open', ({ session }: EventContext) => {
    if (session !== undefined) deliverBytes(session);
  });
  container.on('receiver_open', ({ connection, receiver }: EventContext) => {
    if (receiver !== undefined) peerOf(connection).receiverOpened(receiver);
  });
  container.on('sender_open', ({ connection, sender }: EventContext) => {
    if (sender !== undefined) peerOf(connection).senderOpened(sender);
  });
  container.on('sender_close', ({ connection, sender }: EventContext) => {
    if (sender !== undefined) peerOf(connection).linkClosed(sender);
  });
  container.on('session_close', ({ connection, session }: EventContext) => {
    if (session !== undefined) peerOf(connection).sessionClosed(session);
  });
  // A client's errors end its own connection and nothing else.
  for (const event of ['connection_error', 'protocol_error', 'error']) {
    container.on(event, () => undefined);
  }
}

/** Sends the frames that rhea writes one by one together. */
function gatherWrites(connection: Connection): void {
  const internals = connectionInternals(connection);
  const { socket } = internals;
  const process = internals._process.bind(internals);
  internals._process = () => {
    socket.cork();
    process();
    socket.uncork();
  };
}
