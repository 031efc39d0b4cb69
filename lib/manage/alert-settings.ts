import { z } from 'zod';
import { readJson } from '../http.ts';
import { alertSettingsSchema } from '../sync/alert-settings.ts';
import { alertSettingsViewSchema } from './connection-view.ts';
import { connectionOf, saveAt } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { askedWebhookSchema, settleWebhook } from './webhook-setting.ts';

const changeSchema = z.strictObject({
  /** E-mail addresses. */
  recipients: alertSettingsSchema.shape.recipients,
  webhook: askedWebhookSchema.nullable().default(null),
});

const savedSchema = z.strictObject({
  recipients: alertSettingsViewSchema.shape.recipients,
  /** The secret, where one was made just now. */
  webhook: z.strictObject({ url: z.string(), secret: z.string().optional() }).nullable(),
});

const SETTINGS_EXAMPLE = {
  recipients: ['ops@contoso.example'],
  webhook: { url: 'https://hooks.contoso.example/tandem' },
} as const;

const showContract = {
  operation: 'showAlertSettings',
  summary: 'Who is told of what happens',
  answers: {
    200: {
      description: 'The settings; never a secret',
      body: alertSettingsViewSchema,
      example: SETTINGS_EXAMPLE,
    },
  },
} satisfies Contract;

/** Who is told of what happens: people by mail, a program by a signed webhook. */
export const showAlertSettings = route(showContract)(async (call) => {
  const { recipients = [], webhook } = (await connectionOf(call)).alerts ?? {};
  return { status: 200, jsonBody: { recipients, webhook: webhook ? { url: webhook.url } : null } };
});

const saveContract = {
  operation: 'changeAlertSettings',
  summary: 'Says who is told of what happens: people by mail, a program by a signed webhook',
  body: { schema: changeSchema, example: SETTINGS_EXAMPLE },
  answers: {
    200: {
      description: 'The settings, with the secret of a webhook where it was made: it is shown once',
      body: savedSchema,
      example: { ...SETTINGS_EXAMPLE, webhook: { ...SETTINGS_EXAMPLE.webhook, secret: 'whsec_…' } },
    },
  },
  problems: ['precondition-failed'],
} satisfies Contract;

/** The whole of it at once; a secret that was made is in the answer, once. */
export const changeAlertSettings = route(saveContract)(async (call) => {
  const { recipients, webhook: asked } = await readJson(call.request, changeSchema);
  const { version, ...connection } = await connectionOf(call);
  const known = connection.alerts?.webhook;
  const { webhook, secret, former } = await settleWebhook(call, connection.id, asked, known);
  const next = {
    ...connection,
    alerts: { recipients, ...(webhook && { webhook }) },
    updatedAt: new Date(call.services.clock.now()).toISOString(),
  };
  await saveAt(call, next, version);
  if (former !== undefined) await call.services.secrets.remove(former);
  const shown = webhook ? { url: webhook.url, ...(secret && { secret }) } : null;
  return { status: 200, jsonBody: { recipients, webhook: shown } };
});
