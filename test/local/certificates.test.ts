import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeCertificates } from '../../local/certificates.ts';

it('makes a certificate for localhost and 127.0.0.1 that its authority vouches for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tandem-certificates-'));
  const { caPem, key, cert } = await makeCertificates(dir);
  const server = createServer({ key, cert }, (_, response) => response.end('trusted'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const ask = (host: string, ca?: string) =>
    new Promise((resolve, reject) => {
      get({ host, port, agent: false, ...(ca ? { ca } : {}) }, (response) => {
        response.on('data', (chunk) => resolve(String(chunk)));
      }).on('error', reject);
    });
  expect(await ask('localhost', caPem)).toBe('trusted');
  expect(await ask('127.0.0.1', caPem)).toBe('trusted');
  await expect(ask('localhost')).rejects.toThrow('unable to verify');
  expect(await readdir(dir)).not.toContain('ca.key');
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true });
});
