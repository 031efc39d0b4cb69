import { afterEach, describe, expect, it } from 'vitest';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
afterEach(() => under.tenant.close());

const batch = (requests: readonly object[]) =>
  under.raw('/$batch', { method: 'POST', body: JSON.stringify({ requests }) });

interface BatchItem {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown> | null;
}
async function answers(response: Response): Promise<Map<string, BatchItem>> {
  const { responses } = (await response.json()) as { responses: BatchItem[] };
  return new Map(responses.map((item) => [item.id, item]));
}

describe('limits', () => {
  it('refuses with 429 and a fraction of seconds, and lets through after them', async () => {
    let now = 1_790_000_000_000;
    under = await tenantUnderTest({ limits: { resourceUnits: 10, writes: 5 }, now: () => now });
    const statuses: number[] = [];
    for (let number = 0; number < 6; number += 1) {
      statuses.push((await under.raw('/users')).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await under.raw('/users');
    expect(await refused.json()).toMatchObject({
      error: { code: 'TooManyRequests', innerError: { code: '429' } },
    });
    expect(refused.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
    expect(refused.headers.get('x-ms-throttle-scope')).toMatch(/^Tenant_Application\//);
    const wait = refused.headers.get('retry-after') ?? '';
    expect(wait).toMatch(/^\d+\.\d{3}$/);
    now += Number(wait) * 1000 + 1;
    const allowed = await under.raw('/users');
    expect(allowed.status).toBe(200);
    expect(Number(allowed.headers.get('x-ms-throttle-limit-percentage'))).toBeGreaterThanOrEqual(
      0.8,
    );
  });

  it('counts writes on their own', async () => {
    under = await tenantUnderTest({ limits: { resourceUnits: 1000, writes: 2 } });
    const user = await under.control('POST users', {});
    const patch = () =>
      under.raw(`/users/${String(user.id)}`, { method: 'PATCH', body: '{"city":"Cork"}' });
    expect([(await patch()).status, (await patch()).status]).toEqual([204, 204]);
    const refused = await patch();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ms-throttle-information')).toBe('WriteLimitExceeded');
  });

  it('tells what a request cost', async () => {
    under = await tenantUnderTest({ seed: { users: 3, groups: 1, memberships: 1 } });
    const { value } = await under.graph.api('/groups').get();
    const units = async (path: string) => (await under.raw(path)).headers.get('x-ms-resource-unit');
    expect(await units('/users')).toBe('2');
    expect(await units('/users?$select=id')).toBe('1');
    expect(await units('/users?$expand=manager')).toBe('3');
    expect(await units(`/groups/${value[0].id}/members`)).toBe('3');
    expect(await units(`/groups/${value[0].id}/members?$top=5`)).toBe('2');
    expect(await units('/users/delta')).toBe('1');
  });
});

describe('faults', () => {
  it('throttle and stop requests by route, as often as they are told', async () => {
    under = await tenantUnderTest();
    await under.control('POST faults', [
      { kind: 'throttle', route: 'GET /users', count: 1 },
      { kind: 'unavailable', route: 'groups', count: 1, retryAfterSeconds: 3 },
    ]);
    const throttled = await under.raw('/users');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '2.128']);
    expect((await under.raw('/users')).status).toBe(200);
    const unavailable = await under.raw('/groups');
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '3']);
    expect((await under.raw('/groups')).status).toBe(200);
  });

  it('strike a share of the requests', async () => {
    under = await tenantUnderTest();
    await under.control('POST faults', [{ kind: 'unavailable', percent: 50 }]);
    const statuses = new Set<number>();
    for (let number = 0; number < 30; number += 1) statuses.add((await under.raw('/users')).status);
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 503]);
    await under.control('DELETE faults');
    expect((await under.raw('/users')).status).toBe(200);
  });

  it('leave requests without an answer', async () => {
    under = await tenantUnderTest();
    await under.control('POST faults', [{ kind: 'timeout', count: 1, seconds: 0.05 }]);
    await expect(under.raw('/users')).rejects.toThrow();
  });
});

describe('batches', () => {
  it('answer each request by itself', async () => {
    under = await tenantUnderTest({ seed: { users: 3, groups: 1, memberships: 0 } });
    const made = await under.control('POST users', {});
    const response = await batch([
      { id: '1', method: 'GET', url: '/users?$top=2' },
      { id: '2', method: 'GET', url: `/users/${crypto.randomUUID()}` },
      {
        id: '3',
        method: 'PATCH',
        url: `/users/${String(made.id)}`,
        headers: { 'Content-Type': 'application/json' },
        body: { city: 'Cork' },
      },
      { id: '4', method: 'GET', url: '/groups', dependsOn: ['2'] },
    ]);
    expect(response.status).toBe(200);
    const items = await answers(response);
    expect(['1', '2', '3', '4'].map((id) => items.get(id)?.status)).toEqual([200, 404, 204, 424]);
    expect(items.get('3')?.body).toBeNull();
    const stats = await under.control('GET stats');
    expect(stats).toMatchObject({ requests: 1, batchItems: 3, writes: 1, resourceUnits: 4 });
  });

  it('hold throttled requests with their own Retry-After', async () => {
    under = await tenantUnderTest();
    await under.control('POST faults', [{ kind: 'throttle', route: '/users', count: 1 }]);
    const response = await batch([
      { id: 'a', method: 'GET', url: '/users' },
      { id: 'b', method: 'GET', url: '/groups' },
    ]);
    expect(response.status).toBe(200);
    const items = await answers(response);
    expect(items.get('a')).toMatchObject({ status: 429, headers: { 'Retry-After': '2.128' } });
    expect(items.get('b')?.status).toBe(200);
  });

  it.each([
    [
      '21 requests',
      Array.from({ length: 21 }, (_, id) => ({ id: String(id), method: 'GET', url: '/users' })),
    ],
    ['the same id twice', [1, 2].map(() => ({ id: '1', method: 'GET', url: '/users' }))],
    ['a body without a type', [{ id: '1', method: 'POST', url: '/users', body: {} }]],
    ['a batch in a batch', [{ id: '1', method: 'POST', url: '/$batch' }]],
  ])('refuse %s', async (_name, requests) => {
    under = await tenantUnderTest();
    expect((await batch(requests)).status).toBe(400);
  });
});
