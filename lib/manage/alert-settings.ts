import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { readJson } from '../http.ts';
import { alertSettingsSchema } from '../sync/alert-settings.ts';
import { connectionOf, saveAt } from './connections.ts';
import type { Call } from './manage.ts';
import { askedWebhookSchema, settleWebhook } from './webhook-setting.ts';

const changeSchema = z.strictObject({
  /** E-mail addresses. */
  recipients: alertSettingsSchema.shape.recipients,
  webhook: askedWebhookSchema.nullable().default(null),
});

/** Who is told of what happens: people by mail, a program by a signed webhook. */
export async function showAlertSettings(call: Call): Promise<HttpResponseInit> {
  const { recipients = [], webhook } = (await connectionOf(call)).alerts ?? {};
  const jsonBody = { recipients, webhook: webhook ? { url: webhook.url } : null };
  return { status: 200, jsonBody };
}

/** The whole of it at once; a secret that was made is in the answer, once. */
export async function changeAlertSettings(call: Call): Promise<HttpResponseInit> {
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
}
