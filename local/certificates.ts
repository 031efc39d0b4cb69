import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM texts, and the file of the authority for NODE_EXTRA_CA_CERTS. */
export interface Certificates {
  readonly caPem: string;
  readonly caFile: string;
  readonly key: string;
  readonly cert: string;
}

const NEW_KEY = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';

/** As short as a demonstration; made anew at every start. */
const DAYS = '-days 30';

const CA_USAGE = 'keyUsage=critical,keyCertSign,cRLSign';

const SERVER_EXTENSIONS = `basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1
`;

/**
 * Makes an authority, and a certificate of it for localhost and 127.0.0.1, with the `openssl`
 * command. The authority's key is thrown away, so that nothing else can be signed by it.
 * @param dir where the files go; it is created, readable by its owner only.
 * @throws Error when openssl is missing or fails.
 */
export async function makeCertificates(dir: string): Promise<Certificates> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = (name: string): string => join(dir, name);
  await writeFile(file('server.ext'), SERVER_EXTENSIONS);
  const openssl = (command: string): Promise<void> => runOpenssl(dir, command);
  await openssl(
    `req -x509 ${NEW_KEY} ${DAYS} -keyout ca.key -out ca.pem -subj /CN=Tandem -addext ${CA_USAGE}`,
  );
  await openssl(`req -new ${NEW_KEY} -keyout server.key -out server.csr -subj /CN=localhost`);
  await openssl(
    `x509 -req ${DAYS} -in server.csr -out server.pem -extfile server.ext ` +
      '-CA ca.pem -CAkey ca.key -CAcreateserial',
  );
  await rm(file('ca.key'));
  const [caPem, key, cert] = await Promise.all(
    [file('ca.pem'), file('server.key'), file('server.pem')].map((each) => readFile(each, 'utf8')),
  );
  if (!caPem || !key || !cert) throw new Error('openssl wrote an empty file.');
  return { caPem, caFile: file('ca.pem'), key, cert };
}

async function runOpenssl(cwd: string, command: string): Promise<void> {
  await run('openssl', command.split(' '), { cwd }).catch((error: unknown) => {
    throw new Error('Making the local certificates needs the openssl command.', { cause: error });
  });
}
