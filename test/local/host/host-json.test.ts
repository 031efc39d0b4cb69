import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHostJson } from '../../../local/host/host-json.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-host-json-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown) {
  const file = join(folder, 'host.json');
  await writeFile(file, JSON.stringify(content));
  return readHostJson(file);
}

describe('host.json', () => {
  it('of this app has sessions that change hands quickly', async () => {
    const own = fileURLToPath(new URL('../../../host.json', import.meta.url));
    const { extensions, functionTimeout } = await readHostJson(own);
    expect(functionTimeout).toBe(600_000);
    expect(extensions.http.routePrefix).toBe('');
    expect(extensions.serviceBus).toMatchObject({
      maxConcurrentSessions: 32,
      sessionIdleTimeout: 1000,
      maxAutoLockRenewalDuration: 600_000,
      prefetchCount: 0,
    });
  });

  it('has the defaults of the real host', async () => {
    const { extensions, functionTimeout } = await read({ version: '2.0' });
    expect(functionTimeout).toBe(1_800_000);
    expect(extensions.http.routePrefix).toBe('api');
    expect(extensions.serviceBus.maxConcurrentSessions).toBe(8);
    expect(extensions.serviceBus.sessionIdleTimeout).toBe(60_000);
  });

  it('is refused where it asks for what is not served', async () => {
    await expect(read({ version: '1.0' })).rejects.toThrow();
    await expect(read({ version: '2.0', functionTimeout: '10 minutes' })).rejects.toThrow(
      'time span',
    );
    const serviceBus = { autoCompleteMessages: false };
    await expect(read({ version: '2.0', extensions: { serviceBus } })).rejects.toThrow();
  });
});
