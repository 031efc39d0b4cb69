import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, it } from 'vitest';
import { openMail } from '../../lib/net/mail.ts';

const MESSAGE = { to: 'ada@contoso.example', subject: 'Grüße', text: 'Zwölf\nBoxkämpfer' };
let server: SMTPServer | undefined;
afterEach(() => new Promise<void>((done) => (server ? server.close(() => done()) : done())));

async function serve(options: SMTPServerOptions): Promise<number> {
  server = new SMTPServer({ disabledCommands: ['STARTTLS'], ...options });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return (server.server.address() as AddressInfo).port;
}

function mailAt(settings: object | undefined) {
  const secret =
    settings && JSON.stringify({ host: '127.0.0.1', from: 't@t.example', ...settings });
  return openMail({ get: async (name) => (name === 'smtp' ? secret : undefined) });
}

it('sends a message, signed in, as it is', async () => {
  const got: { user?: string | undefined; to: string[]; raw: string }[] = [];
  const port = await serve({
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      done(password === 'p' ? null : new Error('no'), { user: username ?? '' }),
    onData: (stream, session, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString();
      });
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        got.push({ user: String(session.user), to, raw });
        done();
      });
    },
  });
  await mailAt({ port, user: 'u', password: 'p' }).send(MESSAGE);
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({ user: 'u', to: ['ada@contoso.example'] });
  expect(got[0]?.raw).toContain('From: t@t.example');
  expect(got[0]?.raw).toMatch(/Zw=C3=B6lf\r\nBoxk=C3=A4mpfer/);
});

it('a wrong password may be mended: the message waits', async () => {
  const port = await serve({
    allowInsecureAuth: true,
    onAuth: (_, __, done) => done(new Error('no')),
  });
  const sending = mailAt({ port, user: 'u', password: 'x' }).send(MESSAGE);
  await expect(sending).rejects.toMatchObject({ code: 'unavailable', message: /EAUTH, 535/ });
});

it.each([
  [550, 'bad-request'],
  [451, 'unavailable'],
])('who is refused with %s: %s, and nobody is named', async (responseCode, code) => {
  const port = await serve({
    authOptional: true,
    onRcptTo: ({ address }, _, done) => {
      done(Object.assign(new Error(`no ${address} here`), { responseCode }));
    },
  });
  const error = await mailAt({ port })
    .send(MESSAGE)
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code });
  expect(String(error)).not.toContain('ada');
});

it('what has line breaks in its subject adds no header', async () => {
  let raw = '';
  const port = await serve({
    authOptional: true,
    onData: (stream, _, done) => {
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString();
      });
      stream.on('end', () => done());
    },
  });
  await mailAt({ port }).send({ ...MESSAGE, subject: 'a\r\nBcc: eve@evil.example' });
  expect(raw).not.toMatch(/^Bcc:/m);
});

it.each([
  [undefined, /is missing/],
  [{ host: '' }, /does not name a server/],
  [{ port: 0 }, /does not name a server/],
])('settings that are none: %j', async (settings, message) => {
  const sending = mailAt(settings).send(MESSAGE);
  await expect(sending).rejects.toMatchObject({ code: 'bad-configuration', message });
});

it('nobody there', async () => {
  const port = await serve({});
  await new Promise<void>((done) => server?.close(() => done()));
  server = undefined;
  const sending = mailAt({ port }).send(MESSAGE);
  await expect(sending).rejects.toMatchObject({ code: 'unavailable' });
});
