import { randomInt } from 'node:crypto';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Welcome } from '../../ports/welcomes.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { LANES } from '../../sync/lanes.ts';
import { addressOf, filled, valuesFor, type WelcomeSettings } from '../../sync/welcome.ts';
import { appOf } from '../sides.ts';

type Needs = Pick<
  Services,
  'bus' | 'clock' | 'directories' | 'log' | 'mail' | 'secrets' | 'webhooks' | 'welcomes'
>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PAUSES = [MINUTE, 10 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE, DAY] as const;
const OVERTAKEN: ReadonlySet<ErrorCode> = new Set(['state-changed', 'not-found']);
/** The polls of the connection wait meanwhile. */
const MOST_MILLISECONDS = 20_000;
const AGAIN_SECONDS = 2;

/**
 * Welcomes users whose entries were made: draws a PIN, sends it to the application where a webhook is
 * set, then the mail, and forgets the PIN; where none is set, the PIN is kept, sealed, until the
 * application asks for it. What fails is tried again after pauses; past its days a PIN is thrown away.
 */
export async function welcomeUsers(needs: Needs, connection: StoredConnection): Promise<void> {
  const start = needs.clock.now();
  let again: number | undefined;
  for (let lane = 0; lane < LANES; lane += 1)
    for await (const page of needs.welcomes.list(connection.id, lane))
      for (const one of page) {
        if (needs.clock.now() - start > MOST_MILLISECONDS) return later(needs, connection.id, 0);
        const dueAt = await attempt(needs, connection, one);
        if (dueAt !== undefined) again = Math.min(again ?? Number.POSITIVE_INFINITY, dueAt);
      }
  if (again !== undefined) await later(needs, connection.id, again - needs.clock.now());
}

async function later({ bus }: Needs, connectionId: string, milliseconds: number): Promise<void> {
  const delaySeconds = Math.max(AGAIN_SECONDS, Math.ceil(milliseconds / 1_000));
  await bus.send('polls', [{ ...toPoll({ connectionId, reason: 'welcome' }), delaySeconds }]);
}

/** @returns when to try again, where this was a try that failed */
async function attempt(
  needs: Needs,
  connection: StoredConnection,
  one: Welcome,
): Promise<number | undefined> {
  try {
    return await welcome(needs, connection, one);
  } catch (error) {
    // Somebody else has written it: the application has just asked for the PIN.
    if (error instanceof AppError && OVERTAKEN.has(error.code)) return undefined;
    throw error;
  }
}

async function welcome(
  needs: Needs,
  connection: StoredConnection,
  one: Welcome,
): Promise<number | undefined> {
  const { welcome: settings } = connection;
  const now = needs.clock.now();
  const isToldOfAll = settings?.webhook !== undefined && one.done.includes('mail');
  if (!settings || isToldOfAll || now > one.at + settings.days * DAY) {
    await needs.welcomes.remove(connection.id, one);
    return undefined;
  }
  if (one.dueAt > now || one.done.includes('mail')) return undefined;
  const pin = one.pin ?? newPin(settings.digits);
  // Before anybody is told: whoever dies in between tells the same again.
  const drawn = one.pin === null ? await needs.welcomes.save(connection.id, { ...one, pin }) : one;
  try {
    const told = await tell(needs, connection, settings, { ...drawn, pin });
    // The application has it by now; else it is kept until it asks.
    if (settings.webhook) await needs.welcomes.remove(connection.id, told);
    return undefined;
  } catch (error) {
    return failed(needs, connection.id, drawn, error);
  }
}

function newPin(digits: number): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

type Drawn = Welcome & { readonly pin: string };

/** The application first: a PIN that the user has must open something. */
async function tell(
  needs: Needs,
  connection: StoredConnection,
  settings: WelcomeSettings,
  drawn: Drawn,
): Promise<Welcome> {
  const entry = (await appOf(needs, connection).read('user', [drawn.appId])).get(drawn.appId);
  const address = entry && addressOf(entry);
  if (!entry || !address) throw new AppError('bad-request', 'there is no entry with an address');
  const expires = new Date(drawn.at + settings.days * DAY).toISOString();
  if (settings.webhook && !drawn.done.includes('webhook'))
    await post(needs, connection.id, settings.webhook, { drawn, expires });
  const values = valuesFor(entry, { pin: drawn.pin, expires: expires.slice(0, 10) });
  await needs.mail.send({
    to: address,
    subject: filled(settings.subject, values),
    text: filled(settings.text, values),
  });
  return needs.welcomes.save(connection.id, { ...drawn, done: [...drawn.done, 'mail'] });
}

async function post(
  { secrets, webhooks }: Needs,
  connectionId: string,
  { url, secretName }: NonNullable<WelcomeSettings['webhook']>,
  { drawn, expires }: { readonly drawn: Drawn; readonly expires: string },
): Promise<void> {
  const secret = await secrets.get(secretName);
  if (secret === undefined) throw new AppError('bad-configuration', 'the webhook has no secret');
  const { appId: userId, entraId: externalId, pin, at } = drawn;
  const body = JSON.stringify({
    type: 'user.pin',
    timestamp: new Date(at).toISOString(),
    data: { connectionId, userId, externalId, pin, mustChange: true, expires },
  });
  // The same for the same PIN: who gets it twice knows it.
  await webhooks.post({ url, id: `${connectionId}_pin_${userId}_${at}`, secret, body });
}

async function failed(
  { clock, log, welcomes }: Needs,
  connectionId: string,
  one: Welcome,
  error: unknown,
): Promise<number | undefined> {
  if (!(error instanceof AppError) || OVERTAKEN.has(error.code)) throw error;
  const pause = error.code === 'bad-request' ? undefined : PAUSES[one.attempts];
  const fields = { connectionId, objectId: one.entraId, code: error.code };
  if (pause === undefined) {
    log.warn('a welcome is given up', fields);
    await welcomes.remove(connectionId, one);
    return undefined;
  }
  log.warn('a welcome is sent later', fields);
  const dueAt = clock.now() + pause;
  await welcomes.save(connectionId, { ...one, attempts: one.attempts + 1, dueAt });
  return dueAt;
}
