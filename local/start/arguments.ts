import { parseArgs } from 'node:util';

/** What was asked for on the command line; a size that is absent has its default. */
export interface StartOptions {
  /** Stop after the first run instead of staying up. */
  readonly once: boolean;
  /** The report as JSON is the only thing on stdout. */
  readonly json: boolean;
  /** Run what is deployed: build it first. */
  readonly bundle: boolean;
  readonly users?: number;
  readonly groups?: number;
  readonly memberships?: number;
  readonly seed?: number;
  readonly workers: number;
  /** Administrators sign in to the tenant, instead of having a token of this machine. */
  readonly signIn: boolean;
  readonly dataDir?: string;
}

/** What the command line asks for, or what is wrong with it. */
export type Asked =
  | { readonly do: 'start'; readonly options: StartOptions }
  | { readonly do: 'help' }
  | { readonly do: 'refuse'; readonly problem: string };

export const HELP = `Starts Tandem on this machine: the functions, the Azure services they need, a simulated
Entra ID tenant, and a demo connection that keeps an application's directory in step with it.

  npm start                       stays up and keeps syncing; Enter syncs now, Ctrl-C stops
  npm start -- --once --json      runs the initial sync, compares both sides, prints a report

  --users N         users of the tenant                      (1000)
  --groups N        its groups                               (100)
  --memberships N   memberships of all groups together       (5000, less where they do not fit)
  --seed N          the same seed makes the same tenant      (1)
  --workers N       instances of the app                     (1)
  --data DIR        keep everything in this folder and go on from there at the next start
  --sign-in         administrators sign in to the tenant for their tokens, as in Azure
  --once            stop when the first run has ended; exit code 0 if both sides agree, else 1
  --bundle          build what is deployed (dist/) and run that
  --json            the report as one line of JSON on stdout; everything else goes to stderr
  --help            this text

LOG_LEVEL (debug, info, warning, error, none) says how much the app writes to stderr (warning).
`;

const NUMBERS = {
  users: { from: 0, to: 1_000_000 },
  groups: { from: 0, to: 200_000 },
  memberships: { from: 0, to: 10_000_000 },
  seed: { from: 0, to: 2 ** 31 - 1 },
  workers: { from: 1, to: 16 },
} as const;

type NumberName = keyof typeof NUMBERS;

const NAMES: readonly NumberName[] = ['users', 'groups', 'memberships', 'seed', 'workers'];

const OPTIONS = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  bundle: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  'sign-in': { type: 'boolean' },
  users: { type: 'string' },
  groups: { type: 'string' },
  memberships: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  data: { type: 'string' },
} as const;

/** Reads the command line, without the program's name. Never throws. */
export function parseArguments(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
    if (values.help) return { do: 'help' };
    const { workers = 1, ...size } = numbersOf(values);
    const once = values.once ?? false;
    const { json = false, bundle = false } = values;
    const signIn = values['sign-in'] ?? false;
    if (values.data === '') throw new RangeError('--data takes the path of a folder');
    const data = values.data === undefined ? {} : { dataDir: values.data };
    return { do: 'start', options: { once, json, bundle, signIn, workers, ...size, ...data } };
  } catch (error) {
    return { do: 'refuse', problem: error instanceof Error ? error.message : String(error) };
  }
}

function numbersOf(
  values: Partial<Record<NumberName, string>>,
): Partial<Record<NumberName, number>> {
  const given = NAMES.flatMap((name) => {
    const text = values[name];
    return text === undefined ? [] : [[name, numberOf(name, text)] as const];
  });
  return Object.fromEntries(given);
}

function numberOf(name: NumberName, text: string): number {
  const { from, to } = NUMBERS[name];
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new RangeError(`--${name} takes a whole number from ${from} to ${to}, not "${text}"`);
}
