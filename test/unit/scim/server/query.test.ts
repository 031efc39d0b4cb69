import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { ask, openProvider } from './provider.ts';

const THOUSAND = 1_000;

async function sharing(users: number) {
  const store = new MemoryStore();
  for (let n = 0; n < users; n += 1)
    await store.create('user', { userName: `u${n}`, externalId: 'same', active: true }, 'app');
  await store.create('group', { displayName: 'G', externalId: 'same' }, 'app');
  return openProvider(store);
}

it('1,000 resources with one value are found', async () => {
  const provider = await sharing(THOUSAND);
  const { body } = await ask(provider, 'GET', '/Users?filter=externalId eq "same"&count=1');
  expect(body).toMatchObject({ totalResults: THOUSAND });
});

it.each(['/Users', '/'])('more are too many, at %s as well', async (path) => {
  const provider = await sharing(THOUSAND + 1);
  await expect(ask(provider, 'GET', `${path}?filter=externalId eq "same"`)).rejects.toMatchObject({
    status: 400,
    scimType: 'tooMany',
  });
});

it('an attribute that only one kind has finds nothing of the other', async () => {
  const provider = await sharing(3);
  const { body } = await ask(provider, 'GET', '/?filter=userName eq "u1" or displayName eq "g"');
  expect(body).toMatchObject({ totalResults: 1 });
});
