import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAzure, startAzure } from '../../local/azure.ts';

const functionsDir = fileURLToPath(new URL('fixtures/azure', import.meta.url));

let dataDir: string;
let azure: LocalAzure;

const start = () =>
  startAzure({ dataDir, functionsDir, workers: 2, users: 20, groups: 4, memberships: 30 });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tandem-azure-'));
  azure = await start();
});
afterAll(async () => {
  await azure.stop();
  await rm(dataDir, { recursive: true });
});

const get = async (path: string) => (await fetch(`${azure.url}${path}`)).text();
const rows = async () => JSON.parse(await get('/rows')) as { count: number; pids: number[] };
const send = (n: number) => fetch(`${azure.url}/send/${n}`, { method: 'POST' });

describe('Azure on a laptop', () => {
  it('gives the app its vault, tenant, timer and counters', async () => {
    expect(await get('/secret')).toBe(azure.adminToken);
    const configuration = JSON.parse(await get(`/tenant?id=${azure.tenantId}`));
    expect(configuration.token_endpoint).toContain(azure.tenantUrl);
    // The clock may have run it, too.
    const before = Number(await get('/polls'));
    await azure.runTimer('poll');
    expect(Number(await get('/polls'))).toBeGreaterThan(before);
    expect(azure.env).toMatchObject({
      PUBLIC_URL: azure.publicUrl,
      GRAPH_BASE_URL: azure.tenantUrl,
      CONNECTOR_CLIENT_ID: azure.clientId,
      POLL_SCHEDULE: '0 */3 * * * *',
    });
    expect(await azure.busStats()).toBeTypeOf('object');
  });

  it('shares the work of a queue between workers', async () => {
    await send(80);
    await expect.poll(async () => (await rows()).count, { timeout: 20_000 }).toBe(80);
    const stats = await azure.workerStats();
    expect(stats).toHaveLength(2);
    const counts = stats.map(({ invocations }) => invocations.store?.count ?? 0);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(80);
    expect(stats.every(({ peakRssMb }) => peakRssMb > 10)).toBe(true);
  });

  it('goes on after workers and the broker were killed', async () => {
    await Promise.all([azure.killWorker(0), azure.killWorker(1)]);
    await expect(get('/rows')).rejects.toThrow();
    await azure.startWorker();
    await send(200);
    await azure.restartBroker({ kill: true });
    await expect.poll(async () => (await rows()).count, { timeout: 30_000 }).toBe(200);
  });

  it('keeps everything over a stop, which is quick, and a new start', async () => {
    const { adminToken, tenantId, clientSecret } = azure;
    const began = Date.now();
    await azure.stop();
    expect(Date.now() - began).toBeLessThan(5000);
    azure = await start();
    expect(azure).toMatchObject({ adminToken, tenantId, clientSecret });
    expect((await rows()).count).toBe(200);
  });

  it('stops what it has started when the app cannot start', async () => {
    const refused = fileURLToPath(new URL('host/fixtures/refused/reserved', import.meta.url));
    const output: string[] = [];
    const failed = startAzure({
      functionsDir: refused,
      tenant: false,
      onOutput: (text) => output.push(text),
    });
    await expect(failed).rejects.toThrow('conflicts with one or more built in routes');
  });
});
