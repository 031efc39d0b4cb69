import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type LocalAzure, startAzure } from './azure.ts';
import { makeBundle } from './bundle.ts';
import { openAdminApi } from './start/admin-api.ts';
import { HELP, parseArguments, type StartOptions } from './start/arguments.ts';
import { DEMO } from './start/demo-connection.ts';
import { type Display, openDisplay } from './start/display.ts';
import { countOf, seconds } from './start/figures.ts';
import { type FirstRun, firstRun } from './start/first-run.ts';
import { isInStep } from './start/report.ts';
import { stayUp } from './start/stay-up.ts';
import { listenForStop } from './start/stop-signal.ts';
import { differenceLines, summaryLines } from './start/summary.ts';
import { openTenantControls } from './start/tenant-controls.ts';
import { chooseSize, type TenantSize } from './start/tenant-size.ts';

// `npm start`: the whole of Tandem on this machine, with a demo connection.

const WRONG_ARGUMENTS = 2;
const INTERRUPTED = 130;
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

interface Start {
  readonly options: StartOptions;
  readonly size: TenantSize;
  readonly display: Display;
  readonly stop: AbortSignal;
}

process.exit(await main());

async function main(): Promise<number> {
  const asked = parseArguments(process.argv.slice(2));
  if (asked.do === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (asked.do === 'refuse') return refuse(asked.problem);
  const { options } = asked;
  const size = await chooseSize(options, options.dataDir).catch(refuse);
  if (typeof size === 'number') return size;
  const display = openDisplay(options.json ? process.stderr : process.stdout);
  const stop = listenForStop();
  try {
    return await start({ options, size, display, stop });
  } catch (error) {
    if (stop.aborted) return stoppedCode(options);
    display.print(display.paint('red', `Tandem could not start. ${messageOf(error)}`));
    return 1;
  }
}

function refuse(problem: unknown): number {
  process.stderr.write(`${messageOf(problem)}\nnpm start -- --help tells what there is.\n`);
  return WRONG_ARGUMENTS;
}

async function start(work: Start): Promise<number> {
  const { display, stop } = work;
  const startedAt = Date.now();
  const say = () => display.print('', '  Stopping …');
  stop.addEventListener('abort', say, { once: true });
  display.print('', display.paint('bold', 'Tandem on this machine'), '');
  const azure = await startParts(work);
  const took = seconds((Date.now() - startedAt) / 1_000);
  display.print(...startedLines(work, took), '');
  // What the work does when everything under it is being stopped is of no interest any more.
  const working = run(work, azure);
  working.catch(() => {});
  try {
    return await Promise.race([working, aborted(stop, work.options)]);
  } finally {
    await goodbye(work, azure);
  }
}

async function startParts({ options, size, display }: Start): Promise<LocalAzure> {
  const { workers, dataDir, signIn } = options;
  const built = options.bundle ? await makeBundle(DIST) : undefined;
  return startAzure({
    ...size,
    workers,
    signIn,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(built && { root: built.root }),
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? 'warning' },
    onOutput: display.note,
  });
}

function startedLines({ options, size, display }: Start, took: string): string[] {
  const { users, groups, memberships, seed } = size;
  const done = display.paint('green', '✓');
  const members = `${countOf(groups, 'group')}, ${countOf(memberships, 'membership')}`;
  const kept = options.dataDir === undefined ? 'in memory' : `in ${options.dataDir}`;
  return [
    `  ${done} Service Bus, Table Storage, Key Vault, managed identity (${kept})`,
    `  ${done} Entra ID with ${countOf(users, 'user')}, ${members} (seed ${seed})`,
    `  ${done} ${countOf(options.workers, 'worker')} with the functions, after ${took}`,
  ];
}

async function run({ options, display, stop }: Start, azure: LocalAzure): Promise<number> {
  stop.throwIfAborted();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
  const admin = openAdminApi(azure.url, azure.adminBearer, DEMO.id);
  const tenant = openTenantControls(azure.tenantUrl);
  const needs = { azure, admin, tenant, display, signal: stop };
  const first = await firstRun(needs);
  const code = tell(first, options, display);
  if (options.once) return code;
  await stayUp({ ...needs, signIn: options.signIn });
  return 0;
}

/** @returns the exit code that the first run deserves */
function tell({ report, comparison }: FirstRun, { json }: StartOptions, display: Display): number {
  display.print(...summaryLines(report, comparison, display.paint));
  for (const line of differenceLines(comparison)) process.stderr.write(`${line}\n`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return isInStep(report, comparison) ? 0 : 1;
}

function aborted(signal: AbortSignal, options: StartOptions): Promise<number> {
  return new Promise((resolve) => {
    const answer = () => resolve(stoppedCode(options));
    if (signal.aborted) answer();
    else signal.addEventListener('abort', answer, { once: true });
  });
}

/** To stop is how a start that stays up ends; one that was to report has not done so. */
function stoppedCode({ once }: StartOptions): number {
  return once ? INTERRUPTED : 0;
}

async function goodbye({ display, stop }: Start, azure: LocalAzure): Promise<void> {
  await azure.stop();
  if (stop.aborted) display.print('  Everything is stopped. Goodbye.');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
