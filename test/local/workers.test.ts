import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAzure, startAzure } from '../../local/azure.ts';

const functionsDir = fileURLToPath(new URL('fixtures/azure', import.meta.url));

let azure: LocalAzure;
let output = '';
let sent = 0;

beforeAll(async () => {
  const onOutput = (text: string) => {
    output += text;
  };
  azure = await startAzure({ functionsDir, workers: 4, tenant: false, onOutput });
});
afterAll(() => azure.stop());

const running = async () => (await azure.workerStats()).length;

/** The first worker serves it. */
const rows = async () => {
  const answer = await fetch(`${azure.url}/rows`);
  return (await answer.json()) as { count: number; pids: number[] };
};

/** Lets the workers store so many rows, and waits until they are there. */
async function work(): Promise<void> {
  sent += 100;
  await fetch(`${azure.url}/send/${sent}`, { method: 'POST' });
  await expect.poll(async () => (await rows()).count, { timeout: 20_000 }).toBe(sent);
}

describe('four workers', () => {
  it('run on the same bus and tables', async () => {
    expect(await running()).toBe(4);
    await work();
    const stats = await azure.workerStats();
    const counts = stats.map(({ invocations }) => invocations.store?.count ?? 0);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(sent);
  });

  it('are killed and started again one by one', async () => {
    await azure.killWorker(2);
    expect(await running()).toBe(3);
    await work();
    await azure.killWorker(0);
    expect(await running()).toBe(2);
    await expect(rows()).rejects.toThrow();
    await azure.startWorker(0);
    await work();
    expect(await running()).toBe(3);
    await azure.startWorker();
    await azure.startWorker(2);
    expect(await running()).toBe(4);
    await expect(azure.killWorker(4)).rejects.toThrow('no worker 4');
  });

  it('are started side by side, and one more', async () => {
    await Promise.all([1, 2, 3].map(azure.killWorker));
    expect(await running()).toBe(1);
    await Promise.all([1, 2, 3].map(azure.startWorker));
    expect(await running()).toBe(4);
    await azure.startWorker();
    expect(await running()).toBe(5);
    await azure.killWorker(4);
  });

  it('stay away when they are killed while they start', async () => {
    await azure.killWorker(3);
    await Promise.all([azure.startWorker(3), azure.killWorker(3)]);
    expect(await running()).toBe(3);
    await azure.startWorker(3);
    expect(await running()).toBe(4);
  });

  it('come back in their place when they end by themselves', async () => {
    await azure.killWorker(2);
    await azure.killWorker(3);
    await work();
    const { pids } = await rows();
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await expect.poll(() => output).toContain('ended by itself (SIGKILL); starting it again');
    await expect.poll(running, { timeout: 20_000 }).toBe(2);
    expect((await rows()).count).toBe(sent);
  });

  it('are gone when everything is stopped', async () => {
    await work();
    const { pids } = await rows();
    await azure.stop();
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
