import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { makeCertificates } from '../../local/certificates.ts';

/** A certificate for localhost, as PEM, that this process trusts from now on. */
export async function trustedCertificates(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-certificates-'));
  const { caPem, key, cert } = await makeCertificates(folder);
  await rm(folder, { recursive: true });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), caPem]);
  return { key, cert };
}
