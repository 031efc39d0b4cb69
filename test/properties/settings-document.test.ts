import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askedDocumentSchema, settingsDocument } from '../../lib/manage/settings-document.ts';
import type { Connection } from '../../lib/sync/connection.ts';
import { settingsWorld } from '../unit/manage/settings-world.ts';

const anyGuid = fc.uuid({ version: 4 });
const id = fc.stringMatching(/^[a-z0-9]{1,22}$/);
const text = (most: number) =>
  fc.string({ minLength: 1, maxLength: most, unit: 'binary' }).filter((one) => one.isWellFormed());
const name = fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,20}[a-z]$/);
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }));

const credential = fc
  .tuple(
    fc.constantFrom('secret', 'certificate', 'federated', 'connector'),
    fc.record({ id, expiresAt: fc.constantFrom(null, '2027-05-01T00:00:00.000Z') }),
    anyGuid,
    optional('name', name),
    optional('identityClientId', anyGuid),
  )
  .map(([kind, own, clientId, named, identity]) => ({
    ...own,
    ...named,
    kind,
    ...(kind !== 'connector' && { clientId }),
    ...(kind === 'federated' && identity),
  }));

const credentials = fc
  .uniqueArray(credential, { minLength: 1, maxLength: 5, selector: (one) => one.id })
  .chain((all) =>
    fc
      .array(fc.constantFrom('users', 'groups', 'domains', 'export', undefined), {
        minLength: all.length,
        maxLength: all.length,
      })
      .map((parts) =>
        all.map((one, at) => ({ ...one, ...(at > 0 && parts[at] && { for: parts[at] }) })),
      ),
  );

const threshold = fc.record(
  { count: fc.integer({ min: 1, max: 1_000 }), percent: fc.integer({ min: 1, max: 100 }) },
  { requiredKeys: [] },
);
const webhook = fc.constantFrom(null, { url: 'https://hooks.contoso.example/tandem' });
const chosen = fc.record({ id: anyGuid, name: text(50) }, { requiredKeys: ['id'] });

const rules = fc.record({
  users: fc.record(
    {
      scope: fc.constantFrom('all', 'chosen'),
      groups: fc.array(chosen, { maxLength: 3 }),
      types: fc.constantFrom('members', 'guests', 'both'),
      domains: fc.constantFrom([], ['contoso.example', '*.contoso.example']),
      graceDays: fc.integer({ min: 0, max: 365 }),
      existing: fc.constantFrom('skip', 'adopt'),
      aliases: fc.constantFrom(null, '{userName}'),
      mappings: fc.constantFrom([], [{ target: 'title', type: 'constant', value: 'Captain' }]),
    },
    { requiredKeys: [] },
  ),
  groups: fc.record(
    { scope: fc.constantFrom('none', 'all'), prefixes: fc.array(name, { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  entitlements: fc.array(
    fc.record({ value: name, groups: fc.array(chosen, { minLength: 1, maxLength: 2 }) }),
    { maxLength: 2 },
  ),
});

const settings = fc.record({
  format: fc.constant(1),
  name,
  entra: fc.record({ tenantId: anyGuid, readsExpiry: fc.boolean(), credentials }),
  app: fc.constant({ kind: 'hosted' }),
  import: fc.constant('pull'),
  automatic: fc.boolean(),
  objectIdAttribute: fc.constantFrom(null, 'urn:contoso:User:objectId'),
  guard: fc.record({ users: threshold, groups: threshold }, { requiredKeys: [] }),
  resyncDays: fc.integer({ min: 0, max: 365 }),
  auditDays: fc.integer({ min: 1, max: 3_650 }),
  writeShare: fc.constantFrom(0.25, 0.5, 1),
  alerts: fc.record({ recipients: fc.constantFrom([], ['ops@contoso.example']), webhook }),
  welcome: fc.option(
    fc.record({
      subject: fc.constant('Welcome, {{givenName}}'),
      text: name,
      digits: fc.integer({ min: 6, max: 12 }),
      days: fc.integer({ min: 1, max: 30 }),
      webhook,
    }),
  ),
  rules,
});

it('imported and exported again, a document is the same, whatever is set', async () => {
  const world = await settingsWorld();
  let made = 0;
  const imported = async (document: object, at: string, etag?: string) => {
    const method = etag === undefined ? 'POST' : 'PUT';
    const ifMatch = etag === undefined ? {} : { ifMatch: etag };
    const answer = await world.ask(method, `${at}/settings`, { body: document, ...ifMatch });
    expect([answer.status, answer.body.detail]).toEqual([etag ? 200 : 201, undefined]);
    return world.ask('GET', `${at}/settings`);
  };
  await fc.assert(
    fc.asyncProperty(settings, async (document) => {
      made += 1;
      const first = await imported(document, `/manage/connections/a-${made}`);
      expect(first.body).toMatchObject(document);
      const second = await imported(first.body, `/manage/connections/b-${made}`);
      expect(second.body).toEqual(first.body);
      const third = await imported(second.body, `/manage/connections/b-${made}`, second.etag);
      expect(third.body).toEqual(first.body);
    }),
    { numRuns: 100 },
  );
});

it('what is exported of a connection from before can be imported', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const tenantId = '11111111-2222-4333-8444-555555555555';
  const connection: Connection = {
    id: 'old',
    name: 'Old',
    enabled: true,
    entra: {
      tenantId,
      clientId: tenantId,
      credentials: [{ id: 'first', kind: 'connector', expiresAt: null }],
    },
    app: { kind: 'hosted' },
    settingsVersion: 1,
    createdAt: at,
    updatedAt: at,
  };
  const document = settingsDocument(connection);
  expect(askedDocumentSchema.parse(document)).toEqual(document);
});
