import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fetchPublic, type PublicLimits } from '../../../lib/net/fetch-public.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());
afterEach(() => new Promise((done) => server?.close(done) ?? done(undefined)));

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const GET = { method: 'GET', headers: {} } as const;
const LOCAL: PublicLimits = { allowLoopback: true };
const OPEN: PublicLimits = { allowLoopback: false };
const resolving = (...addresses: string[]): PublicLimits => ({
  allowLoopback: false,
  resolve: async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

it.each([
  ['no address', 'hooks', OPEN],
  ['another protocol', 'file:///etc/passwd', OPEN],
  ['plain http', 'http://1.1.1.1/', OPEN],
  ['plain http to a private host, on a laptop too', 'http://10.0.0.1/', LOCAL],
  ['a password', 'https://me:secret@1.1.1.1/', OPEN],
  ['loopback', 'https://127.0.0.1/', OPEN],
  ['loopback as a number', 'https://2130706433/', OPEN],
  ['loopback by name', 'https://localhost/', OPEN],
  ['IPv6 loopback', 'https://[::1]/', OPEN],
  ['IPv4 inside of IPv6', 'https://[::ffff:169.254.169.254]/', OPEN],
  ['a metadata service', 'https://169.254.169.254/metadata', OPEN],
  ['a name of a private host', 'https://hooks.example/', resolving('10.0.0.1')],
  [
    'a name that is public, and private',
    'https://hooks.example/',
    resolving('1.1.1.1', '10.0.0.1'),
  ],
  ['a name of nothing', 'https://hooks.example/', resolving()],
  [
    'a name of public and loopback, on a laptop',
    'https://hooks.example/',
    {
      ...resolving('1.1.1.1', '127.0.0.1'),
      allowLoopback: true,
    },
  ],
])('refuses %s', async (_, address, limits) => {
  const error = await fetchPublic(address, GET, limits).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'bad-request' });
});

it('connects to the addresses that it has checked, whatever the name says later', async () => {
  const port = await serve((request, response) => response.end(request.headers.host));
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
  };
  const address = `http://rebinding.example:${port}/`;
  const { text } = await fetchPublic(address, GET, { allowLoopback: true, resolve });
  expect([text, asked]).toEqual([`rebinding.example:${port}`, 1]);
});

it('sends what it is given, and follows no redirection', async () => {
  const seen: string[] = [];
  const port = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${String(request.headers['x-mark'])}`);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
  });
  const request = { method: 'POST', headers: { 'x-mark': 'm' }, body: 'grüße' } as const;
  const answer = await fetchPublic(`http://127.0.0.1:${port}/hook`, request, LOCAL);
  expect(answer.status).toBe(302);
  expect(seen).toEqual(['grüße', 'POST /hook m']);
});

it('takes no more of an answer than it may', async () => {
  const port = await serve((_, response) => response.end('x'.repeat(2_000)));
  const call = fetchPublic(`http://127.0.0.1:${port}/`, GET, { ...LOCAL, maxBytes: 1_000 });
  await expect(call).rejects.toMatchObject({ code: 'payload-too-large' });
});

it('waits no longer than it may for an answer that never comes', async () => {
  const port = await serve((_, response) => response.write('so'));
  const call = fetchPublic(`http://127.0.0.1:${port}/`, GET, { ...LOCAL, milliseconds: 100 });
  await expect(call).rejects.toMatchObject({ code: 'unavailable' });
});

it('says that nobody is there', async () => {
  const port = await serve(() => {});
  await new Promise((done) => server?.close(done));
  server = undefined;
  const call = fetchPublic(`http://127.0.0.1:${port}/`, GET, LOCAL);
  await expect(call).rejects.toMatchObject({ code: 'unavailable', message: /ECONNREFUSED/ });
});
