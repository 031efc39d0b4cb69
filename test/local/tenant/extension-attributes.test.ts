import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const WHOLE = 'onPremisesExtensionAttributes';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({ seed: { users: 4, groups: 1, memberships: 2 } });
});
afterAll(() => under.tenant.close());

async function makeUser(values: object = {}): Promise<string> {
  const made = await under.graph.api('/users').post({
    accountEnabled: true,
    displayName: 'Ada',
    mailNickname: 'ada',
    userPrincipalName: `ada${String(Math.random()).slice(2)}@haldenworks.example`,
    passwordProfile: { password: 'nearly-random-91', forceChangePasswordNextSignIn: true },
    ...values,
  });
  return made.id;
}

async function shown(id: string): Promise<Record<string, unknown>> {
  const user = await under.graph.api(`/users/${id}`).select(WHOLE).get();
  return user[WHOLE];
}

it('show all fifteen, set or not', async () => {
  const attributes = await shown(await makeUser());
  expect(Object.keys(attributes)).toHaveLength(15);
  expect(Object.values(attributes).every((value) => value === null)).toBe(true);
});

it('stay as they are where a change does not name them', async () => {
  const id = await makeUser({ [WHOLE]: { extensionAttribute1: 'a', extensionAttribute2: 'b' } });
  const change = { extensionAttribute2: null, extensionAttribute15: 'z' };
  await under.graph.api(`/users/${id}`).patch({ [WHOLE]: change });
  expect(await shown(id)).toMatchObject({ extensionAttribute1: 'a', ...change });
  await under.control(`PATCH users/${id}`, { [WHOLE]: { extensionAttribute3: 'c' } });
  expect(await shown(id)).toMatchObject({ extensionAttribute1: 'a', extensionAttribute3: 'c' });
  await under.control(`PATCH users/${id}`, { [WHOLE]: null });
  expect(Object.values(await shown(id)).every((value) => value === null)).toBe(true);
});

it('are in a round whole, or not at all', async () => {
  const [bare, set] = [await makeUser(), await makeUser({ [WHOLE]: { extensionAttribute1: 'a' } })];
  const { items } = await under.round(`/users/delta?$select=${WHOLE}`);
  expect(items.find(({ id }) => id === bare)).not.toHaveProperty(WHOLE);
  expect(items.find(({ id }) => id === set)?.[WHOLE]).toMatchObject({
    extensionAttribute1: 'a',
    extensionAttribute2: null,
  });
});

it('cannot be selected one by one', async () => {
  expect((await under.raw('/users?$select=extensionAttribute1')).status).toBe(400);
});

it.each([
  ['a sixteenth', { extensionAttribute16: 'a' }],
  ['what every object has', { constructor: 'a' }],
  ['a number', { extensionAttribute1: 1 }],
  ['too long a text', { extensionAttribute1: 'x'.repeat(1_025) }],
])('refuse %s', async (_, attributes) => {
  const id = await makeUser();
  const error = await refusal(under.graph.api(`/users/${id}`).patch({ [WHOLE]: attributes }));
  expect(error.statusCode).toBe(400);
});

it.each([[7], [true], ['a'], [['a', 'b']]])(
  'leave directory extensions to hold %j',
  async (value) => {
    const name = `extension_${'0a'.repeat(16)}_costCenter`;
    const id = await makeUser();
    await under.graph.api(`/users/${id}`).patch({ [name]: value });
    expect((await under.graph.api(`/users/${id}`).select(name).get())[name]).toEqual(value);
  },
);
