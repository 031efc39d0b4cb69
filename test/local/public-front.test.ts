import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../local/certificates.ts';
import { type PublicFront, startPublicFront } from '../../local/public-front.ts';

let certificates: Certificates;
let agent: Agent;
let front: PublicFront;
let ports: number[];
let servers: Server[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-front-'));
  certificates = await makeCertificates(folder);
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  ports = [];
  servers = [];
  agent = new Agent({ keepAlive: true, ca: certificates.caPem });
  front = await startPublicFront({ ...certificates, ports: () => ports });
});

afterEach(async () => {
  agent.destroy();
  await front.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function worker(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  servers.push(server);
  ports.push(typeof address === 'object' ? (address?.port ?? 0) : 0);
}

/** Answers with what it was asked. */
const mirror: RequestListener = (incoming, response) => {
  const { method, url, headers } = incoming;
  response.writeHead(
    418,
    'Teapot',
    [
      ['X-Asked', `${method} ${url}`],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
    ].flat(),
  );
  response.write(JSON.stringify(headers));
  response.write('\n');
  incoming.pipe(response);
};

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: readonly string[];
}

function ask({ method = 'GET', path = '/', headers = {}, body = [] }: Sent = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = request(`${front.url}${path}`, { agent, method, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
        );
        answer.once('error', reject);
      });
      sent.once('error', reject);
      for (const chunk of body) sent.write(chunk);
      sent.end();
    },
  );
}

describe('the public front', () => {
  it('hands on method, path, query, headers and body, and the answer', async () => {
    await worker(mirror);
    const answer = await ask({
      method: 'PUT',
      path: '/a%20b/?q=1&validationToken=x%3c',
      headers: { 'x-own': 'kept', 'content-type': 'text/plain' },
      body: ['first ', 'second'],
    });
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({
      'x-asked': 'PUT /a%20b/?q=1&validationToken=x%3c',
      'set-cookie': ['a', 'b'],
    });
    const [headers = '', body] = answer.text.split('\n');
    expect(JSON.parse(headers)).toMatchObject({ 'x-own': 'kept', 'content-type': 'text/plain' });
    expect(body).toBe('first second');
  });

  it('hands on bodies as they come, in both directions', async () => {
    await worker((incoming, response) => {
      incoming.once('data', () => response.writeHead(200).write('early'));
      incoming.once('end', () => response.end(' late'));
    });
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(front.url, { agent, method: 'POST' }, (answer) => {
        let read = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          read += chunk;
          // Only now the request ends.
          if (read === 'early') sent.end('rest');
        });
        answer.once('end', () => resolve(read));
      });
      sent.once('error', reject);
      sent.write('start');
    });
    expect(text).toBe('early late');
  });

  it('passes the turn from worker to worker', async () => {
    for (const name of ['a', 'b', 'c']) await worker((_, response) => response.end(name));
    const names = [];
    for (let n = 0; n < 6; n += 1) names.push((await ask()).text);
    expect([...names].sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('answers 502 where no worker is up, or it goes away', async () => {
    expect((await ask()).status).toBe(502);
    await worker((incoming) => incoming.socket.destroy());
    expect((await ask({ method: 'POST', body: ['x'] })).status).toBe(502);
    ports = [1];
    expect((await ask()).status).toBe(502);
    ports = [];
    await worker((_, response) => response.end('back'));
    expect((await ask()).text).toBe('back');
  });

  it('takes an answer that comes before the body was read', async () => {
    await worker((_, response) => response.writeHead(413).end('too large'));
    const body = Array.from({ length: 50 }, () => 'x'.repeat(100_000));
    const answer = await ask({ method: 'POST', body });
    expect(answer).toMatchObject({ status: 413, text: 'too large' });
  });

  it('ends at once, whatever is under way', async () => {
    await worker(() => {});
    const open = ask();
    const failed = expect(open).rejects.toThrow();
    await expect.poll(async () => servers[0] && (await connections(servers[0]))).toBe(1);
    await front.close();
    await failed;
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}
