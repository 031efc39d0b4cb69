import { beforeEach, describe, expect, it } from 'vitest';
import { settingsDocumentSchema } from '../../../lib/manage/settings-document.ts';
import { connectionSchema } from '../../../lib/sync/connection.ts';
import { type SettingsWorld, settingsWorld } from './settings-world.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '99999999-2222-4333-8444-555555555555';
const AT = '/manage/connections/one';

let world: SettingsWorld;

beforeEach(async () => {
  world = await settingsWorld();
  const entra = { tenantId: TENANT, clientId: CLIENT, clientSecret: 'the-value-of-the-secret' };
  await world.ask('POST', '/manage/connections', { body: { id: 'one', name: 'One', entra } });
});

const exported = async (at = AT) => {
  const { status, body, etag } = await world.ask('GET', `${at}/settings`);
  expect(status).toBe(200);
  return { document: body, etag };
};

const put = async (document: object, query = '') => {
  const { etag } = await exported();
  return world.ask('PUT', `${AT}/settings${query}`, { body: document, ifMatch: etag });
};

describe('a document of settings', () => {
  it('holds no secret, no place of one, and nothing of the switch', async () => {
    const { document } = await exported();
    const text = JSON.stringify(document);
    for (const [name, value] of world.vault) {
      expect(text).not.toContain(name);
      expect(text).not.toContain(value);
    }
    expect(document).toMatchObject({ format: 1, name: 'One', automatic: true });
    expect(Object.keys(document)).not.toContain('enabled');
  });

  it('makes another connection, which is off and says which secrets it lacks', async () => {
    const { document } = await exported();
    const made = await world.ask('POST', '/manage/connections/two/settings', { body: document });
    expect(made).toMatchObject({
      status: 201,
      body: { connection: { id: 'two', enabled: false } },
    });
    const credentials = await world.ask('GET', '/manage/connections/two/entra/credentials');
    const id = (credentials.body.credentials as { id: string }[])[0]?.id;
    const at = `/manage/connections/two/entra/credentials/${id}`;
    expect(made.body.lacking).toEqual([
      { credential: id, next: `PATCH ${at} with {"secret": "…"}` },
    ]);
    expect(world.sent).toEqual([]);
    // As it says: the secret is entered, and lacks no more.
    const entered = await world.ask('PATCH', at, {
      body: { secret: 'another-secret' },
      ifMatch: credentials.etag,
    });
    expect(entered.status).toBe(200);
    expect([...world.vault.values()]).toContain('another-secret');
    const again = await exported('/manage/connections/two');
    expect(again.document).toEqual(document);
    const same = await world.ask('PUT', '/manage/connections/two/settings', {
      body: again.document,
      ifMatch: again.etag,
    });
    expect(same.body.lacking).toEqual([]);
  });

  it('is refused under an id that is taken, or is none', async () => {
    const { document } = await exported();
    const taken = await world.ask('POST', `${AT}/settings`, { body: document });
    expect(taken.status).toBe(409);
    const none = await world.ask('POST', '/manage/connections/No!/settings', { body: document });
    expect(none.status).toBe(400);
  });

  it('is refused whole, with all that is wrong at once', async () => {
    const { document } = await exported();
    const wrong = { ...document, format: 2, name: '', resyncDays: -1, secret: 'x' };
    const { status, body } = await put(wrong);
    expect(status).toBe(400);
    for (const part of ['format', 'name', 'resyncDays', 'secret'])
      expect(body.detail).toContain(part);
    expect((await exported()).document).toEqual(document);
  });

  it('is refused with all that only the rest of it makes wrong', async () => {
    const { document } = await exported();
    const alerts = { recipients: [], webhook: { url: 'http://hooks.example/' } };
    const mappings = [{ target: 'title', type: 'expression', expression: 'Nothing(' }];
    const rules = { users: { mappings } };
    const wrong = { ...document, alerts, rules, import: 'push', automatic: false };
    const { status, body } = await put(wrong);
    expect(status).toBe(400);
    for (const part of ['webhook.url', 'automatic', 'mappings'])
      expect(body.detail).toContain(part);
    expect((await exported()).document).toEqual(document);
  });

  it('is refused without the version, and for another tenant', async () => {
    const { document } = await exported();
    const blind = await world.ask('PUT', `${AT}/settings`, { body: document });
    expect(blind.status).toBe(412);
    const entra = { ...(document.entra as object), tenantId: CLIENT };
    expect((await put({ ...document, entra })).status).toBe(409);
  });

  it('turns no export on without a preview, and leaves the switch as it is', async () => {
    const { document } = await exported();
    const { status, body } = await put({ ...document, rules: { users: { export: true } } });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('preview')]);
    const stored = await world.connections.get('one');
    if (!stored) throw new Error('it is gone');
    const { version, ...connection } = stored;
    await world.connections.save({ ...connection, enabled: true }, version);
    const renamed = await put({ ...document, name: 'Uno', resyncDays: 3 });
    expect(renamed).toMatchObject({ status: 200, body: { connection: { enabled: true } } });
    expect(world.sent).toEqual(['rules']);
  });

  it('keeps the secrets that fit, throws away others, and shows new ones once', async () => {
    const webhook = { url: 'https://hooks.contoso.example/tandem' };
    await world.ask('PUT', `${AT}/alerts`, { body: { recipients: [], webhook } });
    const before = new Set(world.vault.values());
    const { document } = await exported();
    expect((await put(document)).body).toMatchObject({ lacking: [], secrets: {} });
    expect(new Set(world.vault.values())).toEqual(before);
    const alerts = { recipients: [], webhook: { url: 'https://other.contoso.example/' } };
    const { body } = await put({ ...document, alerts });
    const secret = (body.secrets as { alerts: string }).alerts;
    expect(secret).toMatch(/^whsec_/);
    expect([...world.vault.values()]).toContain(secret);
    expect(world.vault.size).toBe(before.size);
  });

  it('changes nothing where nothing of it is new', async () => {
    const before = await world.connections.get('one');
    world.state.now += 1_000;
    await put((await exported()).document);
    const { body } = await world.ask('GET', `${AT}/settings-history`);
    expect(body.changes).toHaveLength(1);
    const after = await world.connections.get('one');
    const own = { settingsVersion: 0, updatedAt: '', version: '' };
    expect({ ...after, ...own }).toEqual({ ...before, ...own });
  });

  it('stands in the history of settings', async () => {
    const { document } = await exported();
    world.state.now += 1_000;
    await put({ ...document, resyncDays: 1, automatic: false });
    const { body } = await world.ask('GET', `${AT}/settings-history?size=1`);
    const [change] = body.changes as { settings: unknown[] }[];
    expect(change?.settings).toEqual([
      { name: 'automatic', before: true, after: false },
      { name: 'resyncDays', after: 1 },
    ]);
  });
});

it('a document has every setting of a connection, and nothing else', () => {
  const own = new Set(['id', 'enabled', 'leaving', 'settingsVersion', 'rulesVersion']);
  const settings = Object.keys(connectionSchema.shape).filter(
    (name) => !own.has(name) && !name.endsWith('edAt'),
  );
  expect(Object.keys(settingsDocumentSchema.shape).toSorted()).toEqual(
    [...settings, 'format'].toSorted(),
  );
});
