import { describe, expect, it } from 'vitest';
import { aRun, problem, tandem } from './fake-outside.ts';

const C = '/manage/connections/c';

describe('a read that is asked to come later', () => {
  const path = `GET ${C}/runs/r1`;

  it('comes later, as often as it takes', async () => {
    const later = { ...problem(429, 'throttled'), headers: { 'retry-after': '7' } };
    const answers = { [path]: [later, problem(503, 'unavailable'), { body: aRun() }] };
    const { code, asked, pauses } = await tandem('runs show c r1', { answers });
    expect([code, asked.length, pauses]).toEqual([0, 3, [7_000, 2_000]]);
  });

  it('gives up in the end, and never waits for hours', async () => {
    const answers = {
      [path]: { ...problem(503, 'unavailable'), headers: { 'retry-after': '86400' } },
    };
    const { code, asked, pauses } = await tandem('runs show c r1', { answers });
    expect([code, asked.length]).toEqual([4, 5]);
    expect(Math.max(...pauses)).toBe(60_000);
  });

  it('a write is made once', async () => {
    const answers = { [`POST ${C}/test`]: problem(503, 'unavailable') };
    const { code, asked } = await tandem('test c', { answers });
    expect([code, asked.length]).toEqual([4, 1]);
  });
});

describe('a list', () => {
  const page = (ids: readonly string[], next?: string) => ({
    body: { runs: ids.map((id) => aRun({ id })), ...(next !== undefined && { next }) },
  });
  const ids = (out: string) => (JSON.parse(out) as { id: string }[]).map(({ id }) => id);

  it('is read page by page, short ones too', async () => {
    const answers = {
      [`GET ${C}/runs?size=200`]: page(['a', 'b'], `${C}/runs?size=200&after=b`),
      [`GET ${C}/runs?size=200&after=b`]: page([], `${C}/runs?size=200&after=b2`),
      [`GET ${C}/runs?size=200&after=b2`]: page(['c']),
    };
    const { out, errors } = await tandem('runs c --limit all --json', { answers });
    expect([ids(out), errors]).toEqual([['a', 'b', 'c'], '']);
  });

  it('ends at its limit, and says that there is more', async () => {
    const answers = { [`GET ${C}/runs?size=2`]: page(['a', 'b'], `${C}/runs?size=2&after=b`) };
    const { out, errors, asked } = await tandem('runs c --limit 2 --json', { answers });
    expect([ids(out), asked.length]).toEqual([['a', 'b'], 1]);
    expect(errors).toContain('more than 2');
  });

  it.each(['https://evil.example/manage/x', '//evil.example/manage', `${C}/runs?size=2`])(
    'does not follow %s',
    async (next) => {
      const answers = { [`GET ${C}/runs?size=2`]: page(['a'], next) };
      const { code, asked } = await tandem('runs c --limit 2', { answers });
      expect([code, asked.length]).toEqual([1, 1]);
    },
  );

  it('of nothing says so to people, and is an empty array for machines', async () => {
    const answers = { [`GET ${C}/runs?size=100`]: page([]) };
    expect((await tandem('runs c', { answers })).out).toBe('There are no such runs.\n');
    expect((await tandem('runs c --json', { answers })).out).toBe('[]\n');
  });

  it('passes on what it is asked for', async () => {
    const { asked } = await tandem('runs c --kind resync --state completed --limit 5');
    expect(asked).toMatchObject([{ path: `${C}/runs?size=5&kind=resync&state=completed` }]);
  });
});

describe('what is sent', () => {
  const sent = async (line: string, more = {}) => (await tandem(line, more)).asked[0];
  const secret = {
    TANDEM_URL: 'https://t.example',
    TANDEM_TOKEN: 't',
    TANDEM_CLIENT_SECRET: 's3cret\n',
  };

  it.each([
    ['connections enable c --plan 17-a', 'PUT', `${C}/sync`, { enabled: true, plan: '17-a' }],
    ['connections enable c', 'PUT', `${C}/sync`, { enabled: true }],
    ['connections disable c', 'PUT', `${C}/sync`, { enabled: false }],
    ['sync c', 'POST', `${C}/sync-now`, undefined],
    ['preview c', 'POST', `${C}/preview`, undefined],
    ['failures retry c u/1', 'POST', `${C}/failures/u%2F1/retry`, undefined],
    ['held approve c --all', 'POST', `${C}/held/approve`, {}],
    ['held reject c --kind users', 'POST', `${C}/held/reject`, { kinds: ['users'] }],
    [
      'held approve c a b --membership g:m',
      'POST',
      `${C}/held/approve`,
      { ids: ['a', 'b'], memberships: [{ groupId: 'g', memberId: 'm' }] },
    ],
    ['held reject c --leaving delete', 'POST', `${C}/held/reject`, { leaving: 'delete' }],
    ['provision c --user u --dry-run', 'POST', `${C}/provision`, { user: 'u', dryRun: true }],
    ['provision c --group g', 'POST', `${C}/provision`, { group: 'g', dryRun: false }],
    ['alerts read a b', 'POST', '/manage/alerts/read', { ids: ['a', 'b'] }],
    ['history c u', 'GET', `${C}/objects/u/history?size=100`, undefined],
    ['audit c', 'GET', `${C}/audit?size=100`, undefined],
  ])('%s', async (line, method, path, body) => {
    expect(await sent(line)).toMatchObject({ method, path, body });
  });

  it('settings are put in the place of those that stand there now', async () => {
    const files = { settings: '{"format":1}' };
    const path = `${C}/settings`;
    const answer = { body: { lacking: [{ credential: 'k', next: 'PATCH it' }] } };
    const answers = {
      [`GET ${path}`]: { body: { format: 1 }, headers: { etag: 'W/"7"' } },
      [`PUT ${path}?plan=17-a`]: answer,
      [`POST ${path}`]: { ...answer, status: 201 },
    };
    const line = 'settings import c --file settings';
    const replaced = await tandem(`${line} --plan 17-a`, { files, answers });
    expect(replaced.asked.at(-1)).toMatchObject({ body: { format: 1 }, ifMatch: 'W/"7"' });
    expect(replaced.out).toContain('k: PATCH it');
    const made = await tandem(`${line} --new`, { files, answers });
    expect(made.asked).toMatchObject([{ method: 'POST', path, body: { format: 1 } }]);
    expect((await tandem(`${line} --new --plan 17-a`, { files })).code).toBe(2);
    expect((await tandem('settings c', { answers })).out).toBe('{\n  "format": 1\n}\n');
  });

  it('a new connection has its secret from the environment, or from a file', async () => {
    const line = 'connections create --name N --tenant T --client-id I --id c';
    const entra = { tenantId: 'T', clientId: 'I', clientSecret: 's3cret' };
    const made = { path: '/manage/connections', body: { id: 'c', name: 'N', entra } };
    expect(await sent(line, { env: secret })).toMatchObject(made);
    const files = { '-': 's3cret\n', rules: '{"users":{}}' };
    const withFiles = `${line} --client-secret-file - --rules rules`;
    expect(await sent(withFiles, { files })).toMatchObject({
      body: { entra, rules: { users: {} } },
    });
  });

  it('or signs in as the connector, or stands in a file as a whole', async () => {
    expect(await sent('connections create --name N --tenant T --connector')).toMatchObject({
      body: { name: 'N', entra: { tenantId: 'T', credentials: [{ kind: 'connector' }] } },
    });
    const files = { all: '{"name":"N"}', wrong: '{"clientSecret":"s3cret"' };
    expect(await sent('connections create --json --file all', { files })).toMatchObject({
      body: { name: 'N' },
    });
    const { code, errors } = await tandem('connections create --file wrong', { files });
    expect(code).toBe(2);
    expect(errors).not.toContain('s3cret');
  });

  it('all alerts that were not read are marked, as many at once as are taken', async () => {
    const alerts = Array.from({ length: 201 }, (_, at) => ({
      id: `a${at}`,
      at: '2026-11-22T10:00:00.000Z',
      connectionId: 'c',
      kind: 'run-done',
      title: 'x',
      what: 'y',
      read: false,
    }));
    const answers = {
      'GET /manage/alerts?size=200&unread=true': { body: { alerts } },
      'POST /manage/alerts/read': { status: 204 },
    };
    const { code, out, asked } = await tandem('alerts read --all', { answers });
    expect([code, out]).toEqual([0, '201 alerts marked as read.\n']);
    expect(asked.slice(1).map(({ body }) => (body as { ids: string[] }).ids.length)).toEqual([
      200, 1,
    ]);
  });
});
