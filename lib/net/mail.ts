import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Mail } from '../ports/channels.ts';
import type { Secrets } from '../ports/platform.ts';

/** Where the server, and who signs in there, stand in Key Vault, as JSON. */
const SECRET = 'smtp';

const serverSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(587),
  /** TLS from the beginning, as on port 465; elsewhere by STARTTLS. */
  secure: z.boolean().default(false),
  user: z.string().optional(),
  password: z.string().optional(),
  from: z.string().min(3),
});

const MILLISECONDS = 10_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** E-mail by SMTP, by the server that the vault names; never in the clear but on loopback. */
export function openMail(secrets: Pick<Secrets, 'get'>): Mail {
  return {
    send: async ({ to, subject, text }) => {
      const { host, port, secure, user, password, from } = parsed(await secrets.get(SECRET));
      const transport = createTransport({
        host,
        port,
        secure,
        requireTLS: !secure && !LOOPBACK.has(host),
        ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
        connectionTimeout: MILLISECONDS,
        greetingTimeout: MILLISECONDS,
        socketTimeout: MILLISECONDS,
        // A text is a text: neither files nor addresses are read for it.
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail({ from, to, subject, text });
      } catch (error) {
        throw failureOf(error);
      } finally {
        transport.close();
      }
    },
  };
}

function parsed(secret: string | undefined): z.infer<typeof serverSchema> {
  const server = serverSchema.safeParse(jsonOf(secret ?? ''));
  if (server.success) return server.data;
  const why = secret === undefined ? 'is missing' : 'does not name a server';
  throw new AppError('bad-configuration', `the secret "${SECRET}" ${why}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server says may hold the address: only its codes are passed on. */
function failureOf(error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const answer = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const said = answer > 0 ? `${code}, ${answer}` : code;
  // 5yz: a permanent negative answer (RFC 5321, 4.2.1); of a sign-in that is the settings' fault.
  const isFinal = answer >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (isFinal) return new AppError('bad-request', `the mail server refuses the message (${said})`);
  return new AppError('unavailable', `the mail server does not take the message (${said})`);
}
