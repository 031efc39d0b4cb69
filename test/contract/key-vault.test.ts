import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managedIdentity } from '../../lib/azure/credentials.ts';
import { openSecrets } from '../../lib/azure/key-vault.ts';
import { openSealer } from '../../lib/azure/sealing.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import { type Identity, startIdentity } from '../../local/identity.ts';
import { startVault, VAULT_RESOURCE, type Vault } from '../../local/vault.ts';

let identity: Identity;
let vault: Vault;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tandem-key-vault-'));
  identity = await startIdentity({ resources: [VAULT_RESOURCE] });
  process.env.IDENTITY_ENDPOINT = identity.url;
  process.env.IDENTITY_HEADER = identity.header;
  vault = await startVault({ verify: identity.verify, dataDir });
});

afterAll(async () => {
  await Promise.all([vault.close(), identity.close()]);
  await rm(dataDir, { recursive: true });
});

const requests = () => telemetry.snapshot()['secrets.requests'] ?? 0;

describe('secrets in Key Vault', () => {
  const open = (time: { now: number } = { now: 0 }) =>
    openSecrets({
      uri: vault.url,
      credential: managedIdentity(),
      clock: { now: () => time.now },
    });

  it('are set, read, replaced and removed', async () => {
    const secrets = open();
    expect(await secrets.get('first')).toBeUndefined();
    await secrets.set('first', 'one');
    expect(await secrets.get('first')).toBe('one');
    await secrets.set('first', 'two');
    expect(await secrets.get('first')).toBe('two');
    await secrets.remove('first');
    expect(await secrets.get('first')).toBeUndefined();
    await secrets.remove('first');
    await secrets.remove('never-there');
  });

  it('can be set again after they were removed', async () => {
    const secrets = open();
    await secrets.set('again', 'one');
    await secrets.remove('again');
    await secrets.set('again', 'two');
    expect(await secrets.get('again')).toBe('two');
  });

  it('are taken from memory for 30 seconds', async () => {
    const time = { now: 0 };
    const [secrets, elsewhere] = [open(time), open()];
    await secrets.set('cached', 'one');
    expect(await secrets.get('cached')).toBe('one');
    await elsewhere.set('cached', 'two');
    const before = requests();
    time.now = 29_999;
    expect(await secrets.get('cached')).toBe('one');
    expect(requests()).toBe(before);
    time.now = 30_000;
    expect(await secrets.get('cached')).toBe('two');
    expect(requests()).toBe(before + 1);
  });

  it('say when the vault is out of reach or refuses', async () => {
    const credential = { getToken: async () => ({ token: 'no', expiresOnTimestamp: 9e15 }) };
    const refused = openSecrets({ uri: vault.url, credential });
    await expect(refused.get('any')).rejects.toMatchObject({ code: 'access-denied' });
    const nowhere = openSecrets({ uri: 'http://127.0.0.1:9', credential: managedIdentity() });
    await expect(nowhere.get('any')).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('keep the sealing keys for every process', async () => {
    const settle = async () => {};
    const seals = await openSealer(open(), { now: Date.now, settle }).seal('text', 'row');
    expect(await openSealer(open(), { now: Date.now }).open(seals, 'row')).toBe('text');
  });
});
