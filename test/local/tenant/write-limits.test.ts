import { afterEach, describe, expect, it } from 'vitest';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { newCrew, newPerson } from './written-things.ts';

let under: TenantUnderTest;
afterEach(() => under.tenant.close());

interface BatchItem {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error?: { readonly code: string }; readonly id?: string } | null;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const send = (path: string, body: object, headers: Record<string, string> = {}) =>
  under.raw(path, { method: 'POST', body: JSON.stringify(body), headers });

async function batch(requests: readonly object[]): Promise<BatchItem[]> {
  const response = await send('/$batch', { requests });
  expect(response.status).toBe(200);
  const { responses } = (await response.json()) as { responses: BatchItem[] };
  return responses.toSorted((a, b) => Number(a.id) - Number(b.id));
}

const creations = (count: number) =>
  Array.from({ length: count }, (_, id) => ({
    id: String(id),
    method: 'POST',
    url: '/groups',
    headers: JSON_TYPE,
    body: newCrew(),
  }));

describe('the write quota', () => {
  it('is 3,000 in 150 seconds unless it is set otherwise', async () => {
    let now = 1_790_000_000_000;
    under = await tenantUnderTest({ now: () => now, limits: { writes: 10 } });
    const write = async () => (await send('/groups', newCrew())).status;
    const statuses: number[] = [];
    for (let number = 0; number < 11; number += 1) statuses.push(await write());
    expect(statuses.filter((status) => status === 201)).toHaveLength(10);
    const refused = await send('/groups', newCrew());
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ms-throttle-information')).toBe('WriteLimitExceeded');
    expect(refused.headers.get('x-ms-throttle-scope')).toMatch(
      /^Tenant_Application\/ReadWrite\/[\w-]{36}\/[\w-]{36}$/,
    );
    // 10 in 150 seconds are one in 15; two refused ones count too, and one is asked for.
    expect(refused.headers.get('retry-after')).toBe('45.000');
    expect(refused.headers.get('x-ms-throttle-limit-percentage')).toBe('1.2');
    expect((await under.raw('/groups')).status).toBe(200);
    now += 45_000;
    expect(await write()).toBe(201);
    await under.control('PUT limits', {});
    const fresh = await send('/groups', newCrew());
    expect([fresh.status, fresh.headers.get('x-ms-resource-unit')]).toEqual([201, '1']);
    expect(fresh.headers.has('x-ms-throttle-limit-percentage')).toBe(false);
    await under.control('PUT limits', null);
    expect(await under.control('GET stats')).toMatchObject({ writes: 12, throttled: 2 });
  });

  it('tells how much is used from 0.8 on', async () => {
    under = await tenantUnderTest({ limits: { writes: 10 }, now: () => 1_790_000_000_000 });
    const shares: (string | null)[] = [];
    for (let number = 0; number < 10; number += 1) {
      const { headers } = await send('/groups', newCrew());
      shares.push(headers.get('x-ms-throttle-limit-percentage'));
    }
    expect(shares.slice(6)).toEqual([null, '0.8', '0.9', '1.0']);
  });

  it('refuses low priority first and high priority last', async () => {
    under = await tenantUnderTest({ limits: { writes: 10 }, now: () => 1_790_000_000_000 });
    const write = async (priority: string) =>
      (await send('/groups', newCrew(), { 'x-ms-throttle-priority': priority })).status;
    for (let number = 0; number < 8; number += 1) expect(await write('Low')).toBe(201);
    expect([await write('Low'), await write('Normal'), await write('Normal')]).toEqual([
      429, 201, 429,
    ]);
    expect([await write('High'), await write('High')]).toEqual([201, 429]);
  });

  it('strikes items of a batch, each with its own Retry-After, inside a 200', async () => {
    under = await tenantUnderTest({ limits: { writes: 3 }, now: () => 1_790_000_000_000 });
    const items = await batch(creations(5));
    expect(items.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429]);
    expect(items.map(({ headers }) => headers['Retry-After'])).toEqual([
      undefined,
      undefined,
      undefined,
      '100.000',
      '150.000',
    ]);
    expect(items[3]?.headers['x-ms-throttle-information']).toBe('WriteLimitExceeded');
    expect(items[3]?.body?.error?.code).toBe('TooManyRequests');
    const stats = await under.control('GET stats');
    expect(stats).toMatchObject({ requests: 1, batchItems: 5, writes: 3, throttled: 2 });
  });
});

describe('batches of writes', () => {
  it('hold 20, and answer each by itself', async () => {
    under = await tenantUnderTest();
    const items = await batch(creations(20));
    expect(items.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(items.map(({ body }) => body?.id)).size).toBe(20);
    expect((await send('/$batch', { requests: creations(21) })).status).toBe(400);
  });

  it('carry out nothing that depends on what failed, nor what depends on that', async () => {
    under = await tenantUnderTest();
    const person = (id: string, values: object, dependsOn: string[]) => ({
      id,
      method: 'POST',
      url: '/users',
      headers: JSON_TYPE,
      body: newPerson(values),
      dependsOn,
    });
    const items = await batch([
      person('1', {}, []),
      person('2', { displayName: null }, ['1']),
      person('3', {}, ['2']),
      person('4', {}, ['3']),
      person('5', {}, ['1']),
    ]);
    expect(items.map(({ status }) => status)).toEqual([201, 400, 424, 424, 201]);
    expect(await under.control('GET stats')).toMatchObject({ directory: { users: 2 } });
  });

  it.each([
    ['a nested batch', { id: 'x', method: 'POST', url: '/$batch' }],
    ['a bad URL', { id: 'x', method: 'GET', url: '/users/%zz' }],
    ['a whole URL', { id: 'x', method: 'GET', url: 'https://graph.microsoft.com/v1.0/users' }],
    ['a body without a type', { id: 'x', method: 'POST', url: '/groups', body: newCrew() }],
    ['a known id', { id: '0', method: 'GET', url: '/users' }],
    ['an unknown dependency', { id: 'x', method: 'GET', url: '/users', dependsOn: ['y'] }],
  ])('are refused as a whole with %s', async (_name, item) => {
    under = await tenantUnderTest();
    const response = await send('/$batch', { requests: [...creations(1), item] });
    expect(response.status).toBe(400);
    expect(await under.control('GET stats')).toMatchObject({ writes: 0, directory: { groups: 0 } });
  });
});
