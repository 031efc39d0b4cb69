import { z } from 'zod';
import { AppError, hasCode } from '../errors.ts';
import { readJson } from '../http.ts';
import { toPoll } from '../sync/addressed.ts';
import type { Connection } from '../sync/connection.ts';
import { type WelcomeSettings, welcomeSettingsSchema } from '../sync/welcome.ts';
import { connectionOf, saveAt } from './connections.ts';
import { type Contract, route } from './contract.ts';
import type { Call } from './manage.ts';
import { EXAMPLE, timeSchema } from './views.ts';
import { askedWebhookSchema, settleWebhook } from './webhook-setting.ts';

const DAY = 24 * 60 * 60_000;
const { subject, text, digits, days } = welcomeSettingsSchema.shape;

const changeSchema = z.strictObject({
  subject,
  text,
  digits: digits.default(8),
  days: days.default(7),
  /** Null: the application asks for each PIN, once. */
  webhook: askedWebhookSchema.nullable().default(null),
});

const welcomeViewSchema = z.union([
  z.strictObject({ enabled: z.literal(false) }),
  z.strictObject({
    enabled: z.literal(true),
    subject,
    text,
    digits,
    days,
    /** With the secret, where one was made just now. */
    webhook: z.strictObject({ url: z.string(), secret: z.string().optional() }).nullable(),
  }),
]);

const WELCOME_EXAMPLE = {
  subject: 'Welcome, {{givenName}}',
  text: 'Your PIN is {{pin}}, until {{expires}}.',
  digits: 8,
  days: 7,
  webhook: null,
} as const;

const showContract = {
  operation: 'showWelcome',
  summary: 'What new users are told; off until it is set',
  answers: {
    200: {
      description: 'The settings; never a secret',
      body: welcomeViewSchema,
      example: { enabled: true, ...WELCOME_EXAMPLE },
    },
  },
} satisfies Contract;

/** What new users are told; off until it is set. */
export const showWelcome = route(showContract)(async (call) => {
  const { welcome } = await connectionOf(call);
  return { status: 200, jsonBody: welcome ? shown(welcome) : { enabled: false } };
});

function shown(
  { webhook, ...settings }: WelcomeSettings,
  secret?: string,
): z.infer<typeof welcomeViewSchema> {
  const shownHook = webhook && { url: webhook.url, ...(secret !== undefined && { secret }) };
  return { enabled: true, ...settings, webhook: shownHook ?? null };
}

const onContract = {
  operation: 'switchWelcomeOn',
  summary: 'Welcomes who is new from now on, by mail, with a PIN',
  body: { schema: changeSchema, example: WELCOME_EXAMPLE },
  answers: {
    200: {
      description: 'The settings, with the secret of a webhook where it was made: it is shown once',
      body: welcomeViewSchema,
      example: { enabled: true, ...WELCOME_EXAMPLE },
    },
  },
  problems: ['precondition-failed'],
} satisfies Contract;

/** Who is new from now on is welcomed. A webhook's secret is in the answer once, when it is made. */
export const switchWelcomeOn = route(onContract)(async (call) => {
  const { webhook: asked, ...settings } = await readJson(call.request, changeSchema);
  const { version, ...connection } = await connectionOf(call);
  const known = connection.welcome?.webhook;
  const { webhook, secret, former } = await settleWebhook(call, connection.id, asked, known);
  const welcome = { ...settings, ...(webhook && { webhook }) };
  await saveAt(call, changed(call, { ...connection, welcome }), version);
  if (former !== undefined) await call.services.secrets.remove(former);
  return { status: 200, jsonBody: shown(welcome, secret) };
});

const offContract = {
  operation: 'switchWelcomeOff',
  summary: 'Welcomes nobody any more, and throws away every PIN that waits',
  answers: { 204: { description: 'Nobody is' } },
  problems: ['precondition-failed'],
} satisfies Contract;

/** Nobody is welcomed any more, and every PIN that waits is thrown away. */
export const switchWelcomeOff = route(offContract)(async (call) => {
  const { version, ...stored } = await connectionOf(call);
  const { welcome, ...connection } = stored;
  if (welcome) await saveAt(call, changed(call, connection), version);
  if (welcome?.webhook) await call.services.secrets.remove(welcome.webhook.secretName);
  const { id: connectionId } = connection;
  await call.services.bus.send('polls', [toPoll({ connectionId, reason: 'welcome' })]);
  return { status: 204 };
});

/** Workers that remember the connection are to notice. */
function changed({ services }: Call, connection: Connection): Connection {
  return {
    ...connection,
    settingsVersion: connection.settingsVersion + 1,
    updatedAt: new Date(services.clock.now()).toISOString(),
  };
}

const pinContract = {
  operation: 'takePin',
  summary: 'Hands out the PIN of a new user, once',
  answers: {
    200: {
      description: 'The PIN; from then on nobody has it but who asked',
      body: z.strictObject({
        userId: z.string(),
        externalId: z.string(),
        pin: z.string(),
        mustChange: z.literal(true),
        expires: timeSchema,
      }),
      example: {
        userId: EXAMPLE.appId,
        externalId: EXAMPLE.userId,
        pin: '01234567',
        mustChange: true,
        expires: EXAMPLE.later,
      },
    },
  },
} satisfies Contract;

/** Hands out a new user's PIN, once: from then on nobody has it but who asked. */
export const takePin = route(pinContract)(async (call) => {
  const { services, params } = call;
  const { id, welcome } = await connectionOf(call);
  const none = new AppError('not-found', 'there is no PIN for this user, or it was handed out');
  const objectId = params.objectId ?? '';
  const one =
    welcome && !welcome.webhook && objectId.length <= 128
      ? await services.welcomes.get(id, objectId)
      : undefined;
  const until = (one?.at ?? 0) + (welcome?.days ?? 0) * DAY;
  // Until the mail is out nobody can use it.
  if (!one?.done.includes('mail') || one.pin === null || services.clock.now() > until) throw none;
  try {
    // First gone, then told: nobody is told twice.
    await services.welcomes.remove(id, one);
  } catch (error) {
    throw hasCode(error, 'state-changed', 'not-found') ? none : error;
  }
  services.log.info('a PIN was handed out', { connectionId: id, objectId });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: {
      userId: one.appId,
      externalId: one.entraId,
      pin: one.pin,
      mustChange: true,
      expires: new Date(until).toISOString(),
    },
  };
});
