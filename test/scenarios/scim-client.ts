import { z } from 'zod';
import { openAdminApi } from './admin-api.ts';

/** What the service answered; a body that is empty is an empty object. */
export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says, tests look into it
  readonly body: any;
}

/** A client of a connection's SCIM service. */
export interface ScimClient {
  readonly send: (
    method: string,
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<ScimAnswer>;
  readonly get: (path: string) => Promise<ScimAnswer>;
  readonly post: (path: string, body: unknown) => Promise<ScimAnswer>;
  readonly patch: (path: string, operations: readonly unknown[]) => Promise<ScimAnswer>;
}

const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** @param token undefined = none is sent */
export function openScimClient(url: string, token: string | undefined): ScimClient {
  const send: ScimClient['send'] = async (method, path, { body, headers = {} } = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? {} : JSON.parse(text),
    };
  };
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    patch: (path, operations) =>
      send('PATCH', path, { body: { schemas: [PATCH_SCHEMA], Operations: operations } }),
  };
}

const createdSchema = z.object({ tenantUrl: z.string(), token: z.string() });

/** Makes a static token for a connection through the admin API. */
export async function createScimCredential(
  { url, adminToken }: { readonly url: string; readonly adminToken: string },
  connectionId: string,
  role: 'app' | 'entra' = 'app',
): Promise<{ readonly url: string; readonly token: string }> {
  const admin = openAdminApi(url, adminToken);
  const answer = await admin.ask('POST', `/manage/connections/${connectionId}/credentials`, {
    body: { kind: 'token', name: 'Test', role },
  });
  const { token } = createdSchema.parse(answer.body);
  return { url: `${url}/scim/v2/${connectionId}`, token };
}
