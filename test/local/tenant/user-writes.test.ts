import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { DOMAIN, idsWhere, newPerson, refTo } from './written-things.ts';

const WHOLE = 'onPremisesExtensionAttributes';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 12, groups: 2, memberships: 10 },
    domains: [
      { name: 'sso.example', authenticationType: 'Federated' },
      { name: 'new.example', isVerified: false },
    ],
  });
});
afterAll(() => under.tenant.close());

async function made(values: object = {}): Promise<string> {
  return (await under.graph.api('/users').post(newPerson(values))).id;
}
async function read(id: string, property: string): Promise<unknown> {
  return (await under.graph.api(`/users/${id}`).select(property).get())[property];
}

describe('creating a user', () => {
  it.each([
    ['accountEnabled missing', { accountEnabled: undefined }],
    ['displayName missing', { displayName: undefined }],
    ['mailNickname missing', { mailNickname: undefined }],
    ['userPrincipalName missing', { userPrincipalName: undefined }],
    ['passwordProfile missing', { passwordProfile: undefined }],
    ['no password', { passwordProfile: { forceChangePasswordNextSignIn: true } }],
    ['no word on changing it', { passwordProfile: { password: 'nearly-random-91' } }],
    [
      'a weak password',
      { passwordProfile: { password: 'password1', forceChangePasswordNextSignIn: true } },
    ],
    ['an unverified domain', { userPrincipalName: 'ada@new.example' }],
    ['no domain', { userPrincipalName: 'ada' }],
    ['a blank in the name', { userPrincipalName: `a b@${DOMAIN}` }],
    ['a plus in the name', { userPrincipalName: `a+b@${DOMAIN}` }],
    ['an at sign in the nickname', { mailNickname: 'a@b' }],
    ['an accent in the nickname', { mailNickname: 'adé' }],
    ['a nickname of 65', { mailNickname: 'x'.repeat(65) }],
    ['an employee id of 17', { employeeId: 'x'.repeat(17) }],
    [
      '251 other mails',
      { otherMails: Array.from({ length: 251 }, (_, n) => `a${String(n)}@b.example`) },
    ],
    ['another mail of 251', { otherMails: ['x'.repeat(251)] }],
    ['a strange part of employeeOrgData', { employeeOrgData: { floor: '3' } }],
    ['a dollar in the immutable id', { onPremisesImmutableId: 'a$b' }],
  ])('is refused with %s', async (_name, values) => {
    const error = await refusal(under.graph.api('/users').post(newPerson(values)));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
  });

  it('takes every character that names may have', async () => {
    const userPrincipalName = `O'a.b-c_d!e#f^g~1@${DOMAIN}`;
    const id = await made({ userPrincipalName });
    expect(await read(encodeURIComponent(userPrincipalName), 'id')).toBe(id);
  });

  it('needs the immutable id in a federated domain', async () => {
    const federated = newPerson({ userPrincipalName: 'ada@sso.example' });
    const error = await refusal(under.graph.api('/users').post(federated));
    expect(error.message).toMatch(/onPremisesImmutableId/);
    const { id } = await under.graph
      .api('/users')
      .post({ ...federated, onPremisesImmutableId: 'q1' });
    expect(await read(id, 'userPrincipalName')).toBe('ada@sso.example');
    const { value } = await under.graph.api('/domains').get();
    expect(value).toContainEqual(
      expect.objectContaining({ id: 'sso.example', authenticationType: 'Federated' }),
    );
    expect(value).toContainEqual(expect.objectContaining({ id: 'new.example', isVerified: false }));
  });

  it.each([
    ['userPrincipalName', { userPrincipalName: `taken@${DOMAIN}` }],
    ['onPremisesImmutableId', { onPremisesImmutableId: 'taken' }],
    ['proxyAddresses', { mail: `taken@${DOMAIN}` }],
  ])('answers 400 and ObjectConflict where %s is taken', async (target, values) => {
    const id = await made(values);
    const error = await refusal(under.graph.api('/users').post(newPerson(values)));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    const message = `Another object with the same value for property ${target} already exists.`;
    const details = [{ code: 'ObjectConflict', message, target }];
    expect(JSON.parse(error.body)).toMatchObject({ message, details });
    await under.graph.api(`/users/${id}`).patch(values);
  });
});

describe('changing a user', () => {
  it('nulls the part of employeeOrgData that is not named', async () => {
    const id = await made({ employeeOrgData: { division: 'North', costCenter: '12' } });
    await under.graph.api(`/users/${id}`).patch({ employeeOrgData: { costCenter: '13' } });
    expect(await read(id, 'employeeOrgData')).toEqual({ division: null, costCenter: '13' });
  });

  it('makes mail the primary address, and keeps the one before', async () => {
    const id = await made({ mail: `one.mail@${DOMAIN}` });
    await under.graph.api(`/users/${id}`).patch({ mail: `two.mail@${DOMAIN}` });
    expect(await read(id, 'proxyAddresses')).toEqual([
      `SMTP:two.mail@${DOMAIN}`,
      `smtp:one.mail@${DOMAIN}`,
    ]);
  });

  it('replaces otherMails whole', async () => {
    const id = await made({ otherMails: ['a@x.example', 'b@x.example'] });
    await under.graph.api(`/users/${id}`).patch({ otherMails: ['c@x.example'] });
    expect(await read(id, 'otherMails')).toEqual(['c@x.example']);
  });

  it.each([
    ['businessPhones', ['+41 44 1', '+41 44 2']],
    ['displayName', null],
    ['mail', null],
    ['usageLocation', null],
    ['accountEnabled', null],
    ['jobTitle', ''],
    ['userPrincipalName', 'ada@new.example'],
  ])('is refused for %s: %j, and with it all the rest', async (name, value) => {
    const id = await made({ jobTitle: 'Smith' });
    const change = { city: 'Cork', [name]: value };
    const error = await refusal(under.graph.api(`/users/${id}`).patch(change));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    expect(await read(id, 'city')).toBeNull();
  });

  it.each(['aboutMe', 'birthday', 'employeeHireDate', 'skills'])(
    'is closed to applications for %s',
    async (name) => {
      const error = await refusal(under.graph.api(`/users/${await made()}`).patch({ [name]: 'x' }));
      expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    },
  );

  it('finds the user by sign-in name, whose domain may change', async () => {
    const id = await made({ userPrincipalName: `mover@${DOMAIN}` });
    const change = { userPrincipalName: 'mover@halden-marine.example' };
    await under.graph.api(`/users/mover@${DOMAIN}`).patch(change);
    expect(await read('mover@halden-marine.example', 'id')).toBe(id);
  });
});

describe('a user that is synced from on-premises', () => {
  const MESSAGE =
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.';
  let id: string;
  beforeAll(async () => {
    id = await made();
    await under.control(`PATCH users/${id}`, { onPremisesSyncEnabled: true });
  });

  it.each([
    ['displayName', 'Bo'],
    ['businessPhones', ['1']],
    ['mobilePhone', '1'],
    [WHOLE, { extensionAttribute1: 'x' }],
  ])('cannot change %s', async (name, value) => {
    const change = { usageLocation: 'NO', [name]: value };
    const error = await refusal(under.graph.api(`/users/${id}`).patch(change));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest', message: MESSAGE });
    expect(await read(id, 'usageLocation')).toBeNull();
  });

  it('cannot change its manager or be deleted, but join groups', async () => {
    const manager = under.graph.api(`/users/${id}/manager/$ref`).put(refTo(await made()));
    expect((await refusal(manager)).message).toBe(MESSAGE);
    expect((await refusal(under.graph.api(`/users/${id}`).delete())).message).toBe(MESSAGE);
    const crew = await under.control('POST groups', { displayName: 'Cloud' });
    await under.graph.api(`/groups/${String(crew.id)}/members/$ref`).post(refTo(id));
  });

  it.each([[false], [null]])('is none any more with %j', async (onPremisesSyncEnabled) => {
    const former = await made();
    await under.control(`PATCH users/${former}`, { onPremisesSyncEnabled });
    await under.graph.api(`/users/${former}`).patch({ displayName: 'Bo' });
    expect(await read(former, 'displayName')).toBe('Bo');
  });
});

describe('the manager', () => {
  it('is told as a reference, too', async () => {
    const [boss, id] = [await made(), await made()];
    const path = `/users/${id}/manager/$ref`;
    expect((await refusal(under.graph.api(path).get())).statusCode).toBe(404);
    await under.graph.api(path).put(refTo(boss));
    const link = (await under.graph.api(path).get())['@odata.id'];
    expect(link).toContain(`/directoryObjects/${boss}/`);
    const nobody = under.graph.api(path).put(refTo(crypto.randomUUID()));
    expect((await refusal(nobody)).statusCode).toBe(404);
  });
});

describe('restoring', () => {
  it('meets an address that is taken, or leaves it out', async () => {
    const mail = `shared@${DOMAIN}`;
    const id = await made({ mail });
    await under.graph.api(`/users/${id}`).delete();
    await made({ mail });
    const restore = under.graph.api(`/directory/deletedItems/${id}/restore`);
    const error = await refusal(restore.post({}));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    await restore.post({ autoReconcileProxyConflict: true });
    expect(await read(id, 'proxyAddresses')).toEqual([]);
  });
});

describe('an exporter finds its own work', () => {
  const extension = `extension_${'0a'.repeat(16)}_tandemId`;

  it.each([
    ['userPrincipalName', `findme@${DOMAIN}`, false],
    ['employeeId', 'E-1', false],
    ['mailNickname', 'findme', false],
    [extension, 'app-1', false],
    [`${WHOLE}/extensionAttribute7`, 'app-7', true],
    [`${WHOLE}/EXTENSIONATTRIBUTE8`, 'app-8', true],
    ['employeeOrgData/costCenter', 'cost', true],
    ['officeLocation', 'Attic', true],
  ])('by %s', async (path, value, isAdvanced) => {
    const id = await made({
      userPrincipalName: `findme@${DOMAIN}`,
      employeeId: 'E-1',
      mailNickname: 'findme',
      officeLocation: 'Attic',
      employeeOrgData: { costCenter: 'cost' },
      [extension]: 'app-1',
      [WHOLE]: { extensionAttribute7: 'app-7', extensionAttribute8: 'app-8' },
    });
    const filter = `${path} eq '${value}'`;
    const plain = under.graph.api('/users').filter(filter).get();
    if (isAdvanced) expect((await refusal(plain)).code).toBe('Request_UnsupportedQuery');
    else expect((await plain).value).toMatchObject([{ id }]);
    expect(await idsWhere(under, filter, true)).toEqual([id]);
    await under.graph.api(`/users/${id}`).delete();
    expect(await idsWhere(under, filter, true)).toEqual([]);
    await under.graph.api(`/directory/deletedItems/${id}`).delete();
  });

  it('by what a marker was changed to, and no longer by what it was', async () => {
    const where = (value: string) =>
      idsWhere(under, `${WHOLE}/extensionAttribute9 eq '${value}'`, true);
    expect(await where('before')).toEqual([]);
    const id = await made({ [WHOLE]: { extensionAttribute9: 'before' } });
    expect(await where('before')).toEqual([id]);
    await under.graph.api(`/users/${id}`).patch({ [WHOLE]: { extensionAttribute9: 'after' } });
    expect([await where('before'), await where('after')]).toEqual([[], [id]]);
  });

  it.each([
    "companyName eq 'x'",
    "mobilePhone in ('x')",
    'department eq null',
    "startsWith(postalCode,'8')",
  ])('with an advanced query only: %s', async (filter) => {
    const plain = under.graph.api('/users').filter(filter).get();
    expect((await refusal(plain)).code).toBe('Request_UnsupportedQuery');
    await idsWhere(under, filter, true);
  });

  it.each([`${WHOLE}/extensionAttribute16 eq 'x'`, "city/name eq 'x'", `${WHOLE}/ eq 'x'`])(
    'never by %s',
    async (filter) => {
      expect((await refusal(idsWhere(under, filter, true))).statusCode).toBe(400);
    },
  );
});
