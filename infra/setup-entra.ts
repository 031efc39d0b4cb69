import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { openGraph } from '../lib/entra/client.ts';
import { HELP, parseOptions, type SetupOptions } from './entra/options.ts';
import { setUp } from './entra/set-up.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function run(options: SetupOptions): Promise<void> {
  const { sought, desired, tenantId, graphBaseUrl, authority } = options;
  const credential = new DefaultAzureCredential({ tenantId, authorityHost: authority });
  await checkSignedIn(credential, options);
  const graph = openGraph({ baseUrl: graphBaseUrl, credential, clock: Date });
  const means = {
    graph,
    sleep: (milliseconds: number) => sleep(milliseconds),
    tell: (line: string) => console.log(line),
    isAgreed: () => isAgreed(options),
  };
  const { clientId } = await setUp(means, sought, desired);
  if (clientId === undefined) return;
  console.log(`\nTANDEM_CLIENT_ID=${clientId}`);
  if (!desired.consents)
    console.log(`Consent: ${authority}/${tenantId}/adminconsent?client_id=${clientId}`);
}

async function checkSignedIn(
  credential: DefaultAzureCredential,
  { graphBaseUrl, tenantId }: SetupOptions,
): Promise<void> {
  try {
    await credential.getToken(new URL('/.default', graphBaseUrl).href);
  } catch (cause) {
    throw new Error(`nobody is signed in to this tenant: az login --tenant ${tenantId}`, { cause });
  }
}

async function isAgreed({ isDryRun, isSure }: SetupOptions): Promise<boolean> {
  if (isDryRun) return false;
  if (isSure) return true;
  if (!process.stdin.isTTY) throw new RangeError('there is nobody to ask: say --dry-run or --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Do this? (y/N) ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
