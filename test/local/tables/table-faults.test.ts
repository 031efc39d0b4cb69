import { RestError, TableClient } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTables, type Tables } from '../../../local/tables.ts';

let service: Tables;
const sent: { path: string; status: number }[] = [];

beforeAll(async () => {
  service = await startTables();
  await Promise.all([open('alpha').createTable(), open('beta').createTable()]);
  await open('alpha').createEntity({ partitionKey: 'p', rowKey: 'r', n: 1 });
});
afterEach(async () => {
  await service.setFaults([]);
  sent.length = 0;
});
afterAll(() => service.close());

/** The genuine client, which writes down what it was answered. */
function open(table: string, maxRetries = 0): TableClient {
  return TableClient.fromConnectionString(service.connectionString, table, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries, retryDelayInMs: 100 },
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'write down',
          sendRequest: async (request, next) => {
            const answer = await next(request);
            sent.push({ path: new URL(request.url).pathname, status: answer.status });
            return answer;
          },
        },
      },
    ],
  });
}

const read = (table: string, maxRetries?: number) =>
  open(table, maxRetries)
    .getEntity('p', 'r')
    .then(({ n }) => n);

const row = (rowKey: string, padding = '') => ({ partitionKey: 'p', rowKey, padding });

const batch = (table: string, rows: ReturnType<typeof row>[], maxRetries?: number) =>
  open(table, maxRetries).submitTransaction(rows.map((each) => ['upsert', each, 'Replace']));

async function failure(request: Promise<unknown>): Promise<RestError> {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RestError)) throw new Error('did not fail');
  return error;
}

const BUSY = { statusCode: 503, details: { odataError: { code: 'ServerBusy' } } };

describe('tables that are unavailable', () => {
  it('answer 503 ServerBusy, while the others serve', async () => {
    await service.setFaults([{ tables: ['ALPHA'], mode: 'unavailable' }]);
    const error = await failure(read('alpha'));
    expect(error).toMatchObject(BUSY);
    expect(error.message).toContain('unable to receive requests');
    expect(await failure(read('beta'))).toMatchObject({ statusCode: 404 });
    expect(await failure(open('alpha').createEntity(row('new')))).toMatchObject(BUSY);
    const listing = open('alpha').listEntities().byPage().next();
    expect(await failure(listing)).toMatchObject(BUSY);
    await service.setFaults([]);
    expect(await read('alpha')).toBe(1);
    expect(await failure(open('alpha').getEntity('p', 'new'))).toMatchObject({ statusCode: 404 });
  });

  it('are tried again by the SDK, which sees them come back', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'unavailable' }]);
    const reading = read('alpha', 8);
    await expect.poll(() => sent.length).toBeGreaterThan(1);
    await service.setFaults([]);
    expect(await reading).toBe(1);
    const statuses = sent.map(({ status }) => status);
    expect(statuses).toEqual([...Array(sent.length - 1).fill(503), 200]);
  });

  it('are known in a batch, which is tried again as a whole', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'unavailable' }]);
    const error = await failure(batch('alpha', [row('a'), row('b')], 2));
    expect(error).toMatchObject({ statusCode: 503, code: 'ServerBusy' });
    expect(sent.map(({ status }) => status)).toEqual([503, 503, 503]);
    const { subResponses } = await batch('beta', [row('a'), row('b')]);
    expect(subResponses.map(({ status }) => status)).toEqual([204, 204]);
  });

  it('leave batches of other tables whole, however large', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'unavailable' }]);
    const rows = Array.from({ length: 100 }, (_, n) => row(`large${n}`, 'x'.repeat(25_000)));
    await batch('beta', rows);
    const last = await open('beta').getEntity('p', 'large99');
    expect(last.padding).toHaveLength(25_000);
  });

  it('are all of them, the list of tables included', async () => {
    await service.setFaults([{ tables: 'all', mode: 'unavailable' }]);
    const creating = open('gamma').createTable();
    expect(await failure(creating)).toMatchObject(BUSY);
    expect(await failure(read('alpha'))).toMatchObject(BUSY);
    expect(await failure(batch('beta', [row('a')]))).toMatchObject({ code: 'ServerBusy' });
  });
});

describe('tables that are throttled', () => {
  it('fail a batch by its first operation, which the SDK does not try again', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'throttle' }]);
    const error = await failure(batch('alpha', [row('a'), row('b')], 3));
    expect(error).toMatchObject({ statusCode: 503, code: 'ServerBusy' });
    expect(error.message).toMatch(/^0:The server is busy\.\nRequestId:/u);
    expect(sent.map(({ status }) => status)).toEqual([202]);
  });

  it('may say when to come again', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'throttle', retryAfterSeconds: 1 }]);
    const began = Date.now();
    expect(await failure(read('alpha', 1))).toMatchObject(BUSY);
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
  });
});

describe('tables that hang', () => {
  it('serve when the time is over', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'hang', seconds: 0.5 }]);
    const began = Date.now();
    expect(await read('alpha')).toBe(1);
    await batch('alpha', [row('late')]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('go on when told to, or fail', async () => {
    const hang = { mode: 'hang', seconds: 60 } as const;
    await service.setFaults([{ tables: 'all', ...hang }]);
    const [reading, writing] = [read('alpha'), batch('beta', [row('held')])];
    const settled = Promise.allSettled([reading, writing]);
    await service.setFaults([
      { tables: ['alpha'], ...hang },
      { tables: ['beta'], mode: 'unavailable' },
    ]);
    expect(await failure(writing)).toMatchObject({ code: 'ServerBusy' });
    expect(sent).toHaveLength(1);
    await service.setFaults([]);
    expect(await reading).toBe(1);
    await settled;
  });

  it('do not make what nobody waits for any more', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'hang', seconds: 0.6 }]);
    const abortSignal = AbortSignal.timeout(200);
    const writing = open('alpha').createEntity(row('given up'), { abortSignal });
    await expect(writing).rejects.toThrow();
    expect(await read('alpha')).toBe(1);
    const missing = open('alpha').getEntity('p', 'given up');
    expect(await failure(missing)).toMatchObject({ statusCode: 404 });
  });
});

describe('faults', () => {
  it('are refused where they make no sense', async () => {
    await expect(service.setFaults([{ tables: [], mode: 'unavailable' }])).rejects.toThrow();
    expect(await read('alpha')).toBe(1);
  });

  it('leave a batch that is none to the service', async () => {
    await service.setFaults([{ tables: ['alpha'], mode: 'unavailable' }]);
    const post = (body?: string) =>
      fetch(`http://127.0.0.1:${service.port}/tandem/$batch`, {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
      });
    // Neither is signed.
    expect((await post()).status).toBe(403);
    expect((await post('nothing of the kind')).status).toBe(403);
  });
});
