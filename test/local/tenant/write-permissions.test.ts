import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { DOMAIN, newPerson, refTo } from './written-things.ts';

const WRITER = 'b0000000-0000-4000-8000-000000000002';
const READER = 'c0000000-0000-4000-8000-000000000003';
const TRUSTED = 'd0000000-0000-4000-8000-000000000004';
const PASSWORDS = 'e0000000-0000-4000-8000-000000000005';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 12, groups: 2, memberships: 10 },
    apps: {
      [WRITER]: ['User.ReadWrite.All'],
      [READER]: ['User.Read.All', 'Directory.Read.All'],
      [TRUSTED]: ['User.ReadWrite.All'],
      [PASSWORDS]: ['User-PasswordProfile.ReadWrite.All', 'User.Read.All'],
    },
  });
  for (const app of [TRUSTED, PASSWORDS]) {
    await under.control(`PATCH apps/${app}`, { directoryRoles: ['User Administrator'] });
  }
});
afterAll(() => under.tenant.close());

async function made(values: object = {}): Promise<string> {
  return (await under.graph.api('/users').post(newPerson(values))).id;
}
async function read(id: string, property: string): Promise<unknown> {
  return (await under.graph.api(`/users/${id}`).select(property).get())[property];
}

describe('an administrator', () => {
  it.each([
    ['accountEnabled', false],
    ['businessPhones', ['1']],
    ['mobilePhone', '1'],
    ['onPremisesImmutableId', 'admin1'],
    ['otherMails', ['a@b.example']],
    ['userPrincipalName', `admin.new@${DOMAIN}`],
  ])('keeps %s from applications without a directory role', async (name, value) => {
    const id = await made();
    await under.control(`PATCH users/${id}`, { administrator: true });
    const patch = (app: string) =>
      under
        .graphAs(app)
        .api(`/users/${id}`)
        .patch({ [name]: value });
    const error = await refusal(patch(WRITER));
    expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    await under.graphAs(WRITER).api(`/users/${id}`).patch({ jobTitle: 'Keeper' });
    await patch(TRUSTED);
    expect(await read(id, name)).toEqual(value);
  });

  it('is not deleted, restored or purged by them either', async () => {
    const id = String((await under.control('POST users', { administrator: true })).id);
    const as = (app: string, path: string) => under.graphAs(app).api(path);
    expect((await refusal(as(WRITER, `/users/${id}`).delete())).statusCode).toBe(403);
    await as(TRUSTED, `/users/${id}`).delete();
    const item = `/directory/deletedItems/${id}`;
    expect((await refusal(as(WRITER, `${item}/restore`).post({}))).statusCode).toBe(403);
    expect((await refusal(as(WRITER, item).delete())).statusCode).toBe(403);
    await as(TRUSTED, `${item}/restore`).post({});
    expect(await read(id, 'id')).toBe(id);
  });
});

describe('a password', () => {
  const passwordProfile = { password: 'Quite-other-52', forceChangePasswordNextSignIn: false };

  it.each([
    ['with User.ReadWrite.All alone', WRITER, 403],
    ['with it and a directory role', TRUSTED, 204],
    ['with the permission for passwords and a directory role', PASSWORDS, 204],
  ])('is set %s: %s %i', async (_name, app, status) => {
    const id = await made();
    const patch = under.graphAs(app).api(`/users/${id}`).patch({ passwordProfile });
    if (status === 204) await patch;
    else expect(await refusal(patch)).toMatchObject({ statusCode: status });
  });

  it('does not open the rest of the user', async () => {
    const patch = under
      .graphAs(PASSWORDS)
      .api(`/users/${await made()}`)
      .patch({ city: 'Cork' });
    expect((await refusal(patch)).statusCode).toBe(403);
  });
});

describe('permissions', () => {
  it('to read do not write, and grants show in new tokens', async () => {
    const id = await made();
    const writes: [string, string, object?][] = [
      ['POST', '/users', newPerson()],
      ['PATCH', `/users/${id}`, { city: 'Cork' }],
      ['DELETE', `/users/${id}`],
      ['PUT', `/users/${id}/manager/$ref`, refTo(id)],
      ['DELETE', `/users/${id}/manager/$ref`],
      ['POST', '/groups', {}],
    ];
    const reader = await under.credential(READER).getToken('https://graph.microsoft.com/.default');
    for (const [method, path, body] of writes) {
      const headers = { Authorization: `Bearer ${reader.token}` };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await under.raw(path, init);
      expect([method, path, response.status]).toEqual([method, path, 403]);
      expect(await response.json()).toMatchObject({
        error: { code: 'Authorization_RequestDenied' },
      });
    }
    await under.control(`PATCH apps/${READER}`, { writes: true });
    await under.graphAs(READER).api(`/users/${id}`).patch({ city: 'Cork' });
    await under.control(`PATCH apps/${READER}`, { writes: false });
    const late = under.graphAs(READER).api(`/users/${id}`).patch({ city: 'Porto' });
    expect((await refusal(late)).statusCode).toBe(403);
  });

  it('for when people leave is one of its own', async () => {
    const id = await made();
    const change = { employeeLeaveDateTime: '2027-01-31T00:00:00Z' };
    const denied = under.graphAs(WRITER).api(`/users/${id}`).patch(change);
    expect((await refusal(denied)).statusCode).toBe(403);
    await under.graph.api(`/users/${id}`).patch(change);
  });
});
