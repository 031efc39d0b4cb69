import { EVERYBODY } from '../everybody.ts';
import { createScimCredential } from '../scim-client.ts';
import type { World } from '../world.ts';
import type { Received, Sent, Stage } from './replay.ts';

/** A connection of its own in a running app, and its SCIM service over HTTP. */
export async function httpStage(
  { azure, admin }: Pick<World, 'azure' | 'admin'>,
  connectionId: string,
): Promise<Stage> {
  const { tenantId, clientId, clientSecret } = azure;
  const entra = { tenantId, clientId, clientSecret };
  const { status, body } = await admin.ask('POST', '/manage/connections', {
    body: { id: connectionId, name: connectionId, entra, rules: EVERYBODY },
  });
  if (status !== 201) throw new Error(`no connection: ${JSON.stringify(body)}`);
  const { url, token } = await createScimCredential(azure, connectionId);
  return { base: url, bearer: token, send: (sent) => sendTo(url, token, sent) };
}

async function sendTo(
  url: string,
  token: string,
  { method, path, headers, body, bearer = token }: Sent,
): Promise<Received> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
