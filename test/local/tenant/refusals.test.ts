import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/tenant/faults.ts';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
beforeEach(async () => {
  under = await tenantUnderTest({ seed: { users: 25, groups: 2, memberships: 10 }, pageSize: 10 });
});
afterEach(() => under.tenant.close());

const faults = (...list: Fault[]) => under.control('POST faults', list);

interface BatchItem {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error?: { readonly code: string } };
}

/** The answers to as many equal requests in one batch, by their order. */
async function batch(url: string, requests: number): Promise<BatchItem[]> {
  const items = Array.from({ length: requests }, (_, id) => ({
    id: String(id),
    method: 'GET',
    url,
  }));
  const body = JSON.stringify({ requests: items });
  const response = await under.raw('/$batch', { method: 'POST', body });
  expect(response.status).toBe(200);
  const { responses } = (await response.json()) as { responses: BatchItem[] };
  return responses.toSorted((a, b) => Number(a.id) - Number(b.id));
}

async function statuses(path: string, requests: number): Promise<number[]> {
  const all: number[] = [];
  for (let number = 0; number < requests; number += 1) all.push((await under.raw(path)).status);
  return all;
}

describe('throttle', () => {
  it('comes in bursts', async () => {
    await faults({ kind: 'throttle', burst: { struck: 2, spared: 1 }, route: 'GET /users' });
    expect(await statuses('/users', 7)).toEqual([429, 429, 200, 429, 429, 200, 429]);
    expect(await statuses('/groups', 2)).toEqual([200, 200]);
  });

  it('strikes single requests of a batch, each with its own Retry-After', async () => {
    await faults(
      { kind: 'throttle', batched: true, after: 1, count: 1, retryAfterSeconds: 1.5 },
      { kind: 'throttle', batched: true, after: 3, count: 1, retryAfterSeconds: 7 },
    );
    const items = await batch('/users', 5);
    expect(items.map(({ status }) => status)).toEqual([200, 429, 200, 429, 200]);
    expect(items.map(({ headers }) => headers['Retry-After'])).toEqual([
      undefined,
      '1.500',
      undefined,
      '7.000',
      undefined,
    ]);
    expect(items[1]?.body.error?.code).toBe('TooManyRequests');
    expect(await statuses('/users', 1)).toEqual([200]);
  });
});

describe('unavailable', () => {
  it.each([
    [500, 'Service_InternalServerError'],
    [502, 'BadGateway'],
    [503, 'serviceNotAvailable'],
    [504, 'GatewayTimeout'],
  ] as const)('answers %s', async (status, code) => {
    await faults({ kind: 'unavailable', status, retryAfterSeconds: 2, count: 2 });
    const response = await under.raw('/users');
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '2']);
    expect(await response.json()).toMatchObject({ error: { code } });
    await under.control('DELETE faults');
    await faults({ kind: 'unavailable', status, batched: true, after: 1, count: 1 });
    const items = await batch('/users', 3);
    expect(items.map((item) => item.status)).toEqual([200, status, 200]);
    expect(items[1]?.body.error?.code).toBe(code);
  });
});

describe('timeout', () => {
  it('hangs as long as it is told and is cut then', async () => {
    await faults({ kind: 'timeout', seconds: 0.3, count: 1 });
    const start = performance.now();
    await expect(under.raw('/users')).rejects.toThrow('fetch failed');
    expect(performance.now() - start).toBeGreaterThan(290);
    expect(await statuses('/users', 1)).toEqual([200]);
  });

  it('is a 504 inside a batch', async () => {
    await faults({ kind: 'timeout', batched: true, count: 1 });
    expect((await batch('/users', 2)).map(({ status }) => status)).toEqual([504, 200]);
  });
});

describe('truncated', () => {
  it('cuts the connection before Content-Length is reached', async () => {
    await faults({ kind: 'truncated', after: 2, count: 1, route: 'users/delta' });
    const second = await under.json((await under.json('/users/delta'))['@odata.nextLink']);
    const third = await under.raw(second['@odata.nextLink']);
    expect(third.status).toBe(200);
    expect(Number(third.headers.get('content-length'))).toBeGreaterThan(500);
    await expect(third.text()).rejects.toThrow('terminated');
    expect((await under.json(second['@odata.nextLink'])).value.length).toBeGreaterThan(0);
  });

  it('sends half the JSON with the right Content-Length', async () => {
    await faults({ kind: 'truncated', how: 'syntax', count: 1 });
    const response = await under.raw('/users');
    const text = await response.text();
    expect(Buffer.byteLength(text)).toBe(Number(response.headers.get('content-length')));
    expect(text).toMatch(/^\{"@odata\.context"/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('loses the answer to a write that was carried out', async () => {
    await faults({ kind: 'truncated', route: 'POST /groups', count: 1 });
    const body = { displayName: 'Lost', mailNickname: 'lost', mailEnabled: false };
    const made = await under.raw('/groups', {
      method: 'POST',
      body: JSON.stringify({ ...body, securityEnabled: true }),
    });
    await expect(made.json()).rejects.toThrow();
    expect(await under.control('GET groups/Lost')).toMatchObject({ displayName: 'Lost' });
  });
});

describe('expiredToken', () => {
  it('refuses a valid access token so many times', async () => {
    await faults({ kind: 'expiredToken', after: 1, count: 2, route: 'users' });
    expect(await statuses('/groups', 1)).toEqual([200]);
    expect(await statuses('/users', 1)).toEqual([200]);
    const refused = await under.raw('/users');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/invalid_token/);
    expect(await refused.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
    expect(await statuses('/users', 2)).toEqual([401, 200]);
  });
});

describe('expiredDelta', () => {
  it.each<[Omit<Extract<Fault, { kind: 'expiredDelta' }>, 'kind'>, number, string]>([
    [{}, 400, 'syncStateNotFound'],
    [{ status: '410' }, 410, 'resyncRequired'],
    [{ status: 410, code: 'SyncStateNotFound' }, 410, 'SyncStateNotFound'],
    [{ status: 400, code: 'ResyncRequired' }, 400, 'ResyncRequired'],
    [{ status: 404, code: 'SYNCSTATENOTFOUND' }, 404, 'SYNCSTATENOTFOUND'],
  ])('%j strikes either link', async (how, status, code) => {
    const page = await under.json('/users/delta?$select=displayName');
    const { deltaLink } = await under.round(page['@odata.nextLink']);
    for (const [links, link] of [
      ['next', page['@odata.nextLink']],
      ['delta', deltaLink],
    ] as const) {
      const other = link === deltaLink ? page['@odata.nextLink'] : deltaLink;
      await faults({ kind: 'expiredDelta', ...how, links, count: 1 });
      expect((await under.raw(other)).status).toBe(200);
      const refused = await under.raw(link);
      expect(refused.status).toBe(status);
      expect(await refused.json()).toMatchObject({ error: { code } });
      const location = refused.headers.get('location');
      expect(location === null).toBe(status !== 410);
      if (location !== null) expect((await under.round(location)).items).toHaveLength(28);
      expect((await under.raw(link)).status).toBe(200);
    }
  });

  it('is what a next link that was stored for a week gets too', async () => {
    const page = await under.json('/users/delta');
    await under.control('POST clock', { advanceSeconds: 7 * 24 * 3600 });
    expect((await under.json(page['@odata.nextLink'])).error.code).toBe('syncStateNotFound');
  });
});

describe('the clock', () => {
  it('leaves access tokens alone unless they are to age', async () => {
    await under.control('POST clock', { advanceSeconds: 7200 });
    expect(await statuses('/users', 1)).toEqual([200]);
    await under.control('POST clock', { advanceSeconds: 7200, accessTokens: true });
    expect((await under.json('/users')).error.code).toBe('InvalidAuthenticationToken');
  });

  it('purges what was deleted 30 days ago', async () => {
    const { id } = await under.control('POST users', {});
    let link = (await under.round('/users/delta')).deltaLink;
    await under.control(`DELETE users/${String(id)}`);
    const told: object[] = [];
    for (let days = 0; days < 31; days += 1) {
      const round = await under.round(link);
      link = round.deltaLink;
      told.push(...round.items.filter((item) => item.id === id));
      if (days < 30) expect(told).toEqual([{ id, '@removed': { reason: 'changed' } }]);
      await under.control('POST clock', { advanceSeconds: 24 * 3600 });
    }
    expect(told.at(-1)).toEqual({ id, '@removed': { reason: 'deleted' } });
  });
});

describe('what is no fault', () => {
  it.each([
    { kind: 'throttle', retryAfter: 3 },
    { kind: 'unavailable', status: 429 },
    { kind: 'expiredDelta', code: 'gone' },
  ])('is refused: %j', async (fault) => {
    await expect(under.control('POST faults', [fault])).rejects.toThrow(/400/);
  });
});
