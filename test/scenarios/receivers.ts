import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail that was taken in. */
export interface ReceivedMail {
  readonly to: readonly string[];
  readonly raw: string;
}

/** A message that a webhook was sent. */
export interface ReceivedHook {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/**
 * A mail server and a webhook, on loopback, that keep what they are sent.
 * @param signIn who may send; anybody where it is not said
 */
export async function startReceivers(signIn?: {
  readonly user: string;
  readonly password: string;
}) {
  const mails: ReceivedMail[] = [];
  const hooks: ReceivedHook[] = [];
  let isClosed = false;
  const smtp = new SMTPServer({
    authOptional: signIn === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username = '', password }, _, done) =>
      password === signIn?.password && !isClosed
        ? done(null, { user: username })
        : done(new Error(`${username} is not ${password}`)),
    onData: (stream, { envelope }, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString();
      });
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      hooks.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const { port: smtpPort } = smtp.server.address() as AddressInfo;
  const { port: httpPort } = http.address() as AddressInfo;
  return {
    mails,
    hooks,
    /** Refuses every sign-in to the mail server, until told otherwise. */
    refuseMail: (refuses: boolean) => {
      isClosed = refuses;
    },
    /** What the vault says of the mail server. */
    smtpSecret: JSON.stringify({
      host: '127.0.0.1',
      port: smtpPort,
      from: 'tandem@t.example',
      ...signIn,
    }),
    url: `http://127.0.0.1:${httpPort}/hook`,
    stop: async () => {
      await new Promise<void>((done) => smtp.close(() => done()));
      await new Promise((done) => http.close(done));
    },
  };
}

/** Whether a message bears the signature of a secret (Standard Webhooks 1.0). */
export function isSignedBy(secret: string, { headers, body }: ReceivedHook): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  return headers['webhook-signature'] === `v1,${signature}`;
}
