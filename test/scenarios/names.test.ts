import { afterAll, beforeAll, expect, it } from 'vitest';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 10, groups: 3, memberships: 12 });
});
afterAll(() => world?.stop());

const nameOf = async (id: string) => (await world.app.read()).users.get(id)?.attributes.userName;

it('gives the name of a leaver to whoever is hired under it', async () => {
  const leaver = await world.tenant.createUser({ displayName: 'Lena Leaver' });
  await world.round();
  await world.tenant.deleteUser(leaver.id);
  await world.round();
  const { userPrincipalName } = leaver;
  const hired = await world.tenant.createUser({ displayName: 'Lena Other', userPrincipalName });
  expect((await world.syncNow()).state).toBe('completed');
  expect(await nameOf(hired.id)).toBe(userPrincipalName);
  expect((await world.app.read()).users.get(leaver.id)?.active).toBe(false);
});

it('lets two users swap their names', async () => {
  const one = await world.tenant.createUser({ displayName: 'Olga Swap' });
  const two = await world.tenant.createUser({ displayName: 'Theo Swap' });
  await world.round();
  const [first, second] = [one.userPrincipalName, two.userPrincipalName];
  await world.tenant.patchUser(one.id, {
    userPrincipalName: `${fresh('between')}@haldenworks.example`,
  });
  await world.tenant.patchUser(two.id, { userPrincipalName: first, city: 'Bern' });
  await world.tenant.patchUser(one.id, { userPrincipalName: second, city: 'Basel' });
  await world.syncNow();
  await world.until(
    async () => (await nameOf(one.id)) === second && (await nameOf(two.id)) === first,
  );
  await world.expectInStep();
});
