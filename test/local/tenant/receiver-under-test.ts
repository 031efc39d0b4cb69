import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Certificates, makeCertificates } from '../../../local/certificates.ts';

/** A change or lifecycle notification. */
export interface Item {
  readonly subscriptionId: string;
  readonly changeType?: string;
  readonly lifecycleEvent?: string;
  readonly resource?: string;
  readonly resourceData?: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly [name: string]: unknown;
}

export interface Received {
  /** Path and query. */
  readonly target: string;
  readonly contentType: string | undefined;
  readonly text: string;
  /** Empty for validation requests. */
  readonly items: readonly Item[];
}

export interface Reply {
  readonly status?: number;
  readonly contentType?: string;
  readonly text?: string;
  readonly afterMs?: number;
}

/** Something that listens for notifications, under an authority of its own. */
export interface ReceiverUnderTest {
  readonly caPem: string;
  url(path: string): string;
  /** Oldest first, without validation requests. */
  readonly posts: Received[];
  readonly validations: Received[];
  /** What it answers; can be replaced. */
  reply: (received: Received) => Reply;
  /** As `reply`, to validation requests; `token` is decoded. */
  agree: (token: string, received: Received) => Reply;
  items(): readonly Item[];
  /** Waits for so many notifications and returns them. */
  received(number: number): Promise<readonly Item[]>;
  forget(): void;
  close(): Promise<void>;
}

let certificates: Promise<Certificates> | undefined;

async function ownCertificates(): Promise<Certificates> {
  const directory = await mkdtemp(join(tmpdir(), 'receiver-'));
  const made = await makeCertificates(directory);
  await rm(directory, { recursive: true });
  return made;
}

export async function receiverUnderTest(): Promise<ReceiverUnderTest> {
  certificates ??= ownCertificates();
  const { key, cert, caPem } = await certificates;
  const server = createServer({ key, cert }, (request, response) => {
    void answer(receiver, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const receiver: ReceiverUnderTest = {
    caPem,
    url: (path) => `https://localhost:${String(port)}${path}`,
    posts: [],
    validations: [],
    reply: () => ({ status: 202 }),
    agree: (token) => ({ text: token }),
    items: () => receiver.posts.flatMap(({ items }) => items),
    received: async (number) => {
      await expect.poll(() => receiver.items().length, { timeout: 10_000 }).toBe(number);
      return receiver.items();
    },
    forget: () => {
      receiver.posts.length = 0;
      receiver.validations.length = 0;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}

async function answer(
  receiver: ReceiverUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '';
  const text = await bodyOf(request);
  const token = new URL(target, 'https://localhost').searchParams.get('validationToken');
  const { value = [] } = text === '' ? {} : (JSON.parse(text) as { value?: Item[] });
  const received = { target, text, items: value, contentType: request.headers['content-type'] };
  if (token === null) receiver.posts.push(received);
  else receiver.validations.push(received);
  const reply = token === null ? receiver.reply(received) : receiver.agree(token, received);
  const { status = 200, contentType = 'text/plain; charset=utf-8', afterMs = 0 } = reply;
  if (afterMs > 0) await pause(afterMs);
  response.writeHead(status, { 'Content-Type': contentType }).end(reply.text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
