import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Identity, startIdentity } from '../../local/identity.ts';
import { startVault, VAULT_RESOURCE, type Vault } from '../../local/vault.ts';

let identity: Identity;
let vault: Vault;
let dataDir: string;
let client: SecretClient;

const INSECURE = { allowInsecureConnection: true, disableChallengeResourceVerification: true };
const connect = (url: string) => new SecretClient(url, new ManagedIdentityCredential(), INSECURE);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tandem-vault-'));
  identity = await startIdentity({ resources: [VAULT_RESOURCE] });
  process.env.IDENTITY_ENDPOINT = identity.url;
  process.env.IDENTITY_HEADER = identity.header;
  vault = await startVault({ verify: identity.verify, dataDir });
  client = connect(vault.url);
});
afterAll(async () => {
  await Promise.all([vault.close(), identity.close()]);
  await rm(dataDir, { recursive: true });
});

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of pages) found.push(each);
  return found;
}

describe('the vault with the genuine SecretClient', () => {
  it('keeps versions and gives the newest or a named one', async () => {
    const first = await client.setSecret('token', 'one', { tags: { of: 'test' } });
    const second = await client.setSecret('Token', 'two', { contentType: 'text/plain' });
    expect((await client.getSecret('token')).value).toBe('two');
    const version = first.properties.version ?? '';
    const old = await client.getSecret('token', { version });
    expect(old).toMatchObject({ value: 'one', properties: { tags: { of: 'test' }, version } });
    const versions = await all(client.listPropertiesOfSecretVersions('token'));
    expect(versions.map((each) => each.version)).toEqual([version, second.properties.version]);
  });

  it('updates properties of a version, and refuses a disabled secret', async () => {
    const { properties } = await client.setSecret('disabled', 'x', { tags: { kept: 'yes' } });
    await client.updateSecretProperties('disabled', properties.version ?? '', { enabled: false });
    await expect(client.getSecret('disabled')).rejects.toMatchObject({ statusCode: 403 });
    const [found] = await all(client.listPropertiesOfSecretVersions('disabled'));
    expect(found).toMatchObject({ enabled: false, tags: { kept: 'yes' } });
  });

  it('deletes softly, recovers, and purges', async () => {
    await client.setSecret('gone', 'x');
    await (await client.beginDeleteSecret('gone', { intervalInMs: 10 })).pollUntilDone();
    await expect(client.getSecret('gone')).rejects.toMatchObject({ code: 'SecretNotFound' });
    await expect(client.setSecret('gone', 'y')).rejects.toMatchObject({ statusCode: 409 });
    const recovery = await client.beginRecoverDeletedSecret('gone', { intervalInMs: 10 });
    await recovery.pollUntilDone();
    expect((await client.getSecret('gone')).value).toBe('x');
    await (await client.beginDeleteSecret('gone', { intervalInMs: 10 })).pollUntilDone();
    expect((await all(client.listDeletedSecrets())).map(({ name }) => name)).toEqual(['gone']);
    await client.purgeDeletedSecret('gone');
    expect(await all(client.listDeletedSecrets())).toEqual([]);
  });

  it('lists secrets over several pages without their values', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `many-${index + 10}`);
    for (const name of names) await client.setSecret(name, 'x');
    const listed = await all(client.listPropertiesOfSecrets());
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(listed).toHaveLength(new Set(listed.map(({ name }) => name)).size);
  });

  it('refuses what Key Vault refuses', async () => {
    await expect(client.getSecret('unknown')).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret('under_score', 'x')).rejects.toThrow();
    const large = client.setSecret('large', 'x'.repeat(25 * 1024 + 1));
    await expect(large).rejects.toMatchObject({ statusCode: 400 });
  });

  it('keeps secrets in a file that only its owner reads, over a restart', async () => {
    await client.setSecret('kept', 'over a restart');
    await vault.close();
    vault = await startVault({ verify: identity.verify, dataDir });
    client = connect(vault.url);
    expect((await client.getSecret('kept')).value).toBe('over a restart');
    expect((await stat(join(dataDir, 'vault.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, 'vault.json'), 'utf8')).toContain('over a restart');
  });
});

describe('tokens', () => {
  const ask = (query: string, header = identity.header) =>
    fetch(`${identity.url}?${query}`, { headers: { 'x-identity-header': header } });

  it('are given to the app only, for known resources only', async () => {
    const good = `api-version=2019-08-01&resource=${VAULT_RESOURCE}`;
    expect((await ask(good)).status).toBe(200);
    expect((await ask(good, 'guessed')).status).toBe(401);
    expect((await ask('api-version=2019-08-01&resource=https://other')).status).toBe(400);
    expect((await ask(`resource=${VAULT_RESOURCE}`)).status).toBe(400);
  });

  it('of others, or changed ones, do not open the vault', async () => {
    const answer = await ask(`api-version=2019-08-01&resource=${VAULT_RESOURCE}/`);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const [head, payload = '', mark] = token.split('.');
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), exp: 9e9 };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const read = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await fetch(`${vault.url}/secrets/token?api-version=7.5`, { headers })).status;
    };
    expect(await read(token)).toBe(200);
    expect(await read(`${head}.${forged}.${mark}`)).toBe(401);
    expect(await read('nonsense')).toBe(401);
    const other = await startIdentity({ resources: ['https://other'] });
    const elsewhere = await fetch(`${other.url}?api-version=2019-08-01&resource=https://other`, {
      headers: { 'x-identity-header': other.header },
    });
    const { access_token: foreign } = (await elsewhere.json()) as { access_token: string };
    expect(await read(foreign)).toBe(401);
    expect(other.verify(foreign, VAULT_RESOURCE)).toBe(false);
    expect(other.verify(foreign, 'https://other')).toBe(true);
    await other.close();
  });
});
