import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate that an application can sign in with, and its key. */
export interface SigningCertificate {
  readonly cert: string;
  readonly key: string;
  /** Both in one text, as administrators paste them. */
  readonly pem: string;
}

/** Makes one with the `openssl` command; RSA, because Entra takes no other. */
export async function signingCertificate(days = 30): Promise<SigningCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'signing-'));
  const options = `-newkey rsa:2048 -nodes -subj /CN=Connector -days ${days}`;
  const files = '-keyout key.pem -out cert.pem';
  await promisify(execFile)('openssl', ['req', '-x509', ...`${options} ${files}`.split(' ')], {
    cwd: folder,
  });
  const [cert, key] = await Promise.all(
    ['cert.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  await rm(folder, { recursive: true });
  if (!cert || !key) throw new Error('openssl wrote an empty file');
  return { cert, key, pem: `${key}${cert}` };
}
