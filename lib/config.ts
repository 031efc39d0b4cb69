import { Cron } from 'croner';
import { z } from 'zod';
import { AppError } from './errors.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Plain http is for a machine's own loopback only: everything else carries tokens over the net. */
const address = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    return (
      url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
    );
  },
  { error: 'must be an https address (http only on loopback)' },
);

/** Where tokens come from or go to: the genuine clients insist on https. */
const origin = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    const isPlain = url?.username === '' && url.search === '' && url.hash === '';
    return isPlain && url.protocol === 'https:';
  },
  { error: 'must be a plain https address' },
);

/** `Name=value;…`, with all the names of one of several sets (Azure docs: connection strings). */
const connectionString = (...sets: readonly (readonly string[])[]) =>
  z.string().refine(
    (text) => {
      const parts = text.split(';').map((part) => part.slice(0, part.indexOf('=')).trim());
      return sets.some((names) => names.every((name) => parts.includes(name)));
    },
    { error: 'must be a connection string' },
  );

const hostName = z.string().regex(/^[\w.-]{1,253}$/, { error: 'must be a host name alone' });

/** NCRONTAB as the timer takes it: six fields, of which the first is seconds. */
const schedule = z.string().refine(
  (text) => {
    const fields = text.trim().split(/ +/);
    if (fields.length !== 6 || !fields.every((field) => /^[\w*,/-]{1,100}$/.test(field)))
      return false;
    try {
      return new Cron(text, { mode: '6-part', domAndDow: true }).nextRun() !== null;
    } catch {
      return false;
    }
  },
  { error: 'must be an NCRONTAB expression with six fields' },
);

const guid = z.guid({ error: 'must be a GUID' });

const LEVELS = ['debug', 'info', 'warning', 'error', 'none'] as const;

const settingsSchema = z.object({
  SERVICEBUS: connectionString(
    ['Endpoint', 'SharedAccessKeyName', 'SharedAccessKey'],
    ['Endpoint', 'SharedAccessSignature'],
  ).optional(),
  SERVICEBUS__fullyQualifiedNamespace: hostName.optional(),
  TABLES: connectionString(
    ['UseDevelopmentStorage'],
    ['AccountName', 'AccountKey'],
    ['TableEndpoint', 'SharedAccessSignature'],
  ).optional(),
  TABLES__tableServiceUri: address.optional(),
  KEY_VAULT_URI: address,
  AZURE_CLIENT_ID: guid.optional(),
  ENTRA_AUTHORITY: origin.default('https://login.microsoftonline.com'),
  GRAPH_BASE_URL: origin.default('https://graph.microsoft.com'),
  PUBLIC_URL: address.optional(),
  CONNECTOR_CLIENT_ID: guid.optional(),
  POLL_SCHEDULE: schedule.default('0 */3 * * * *'),
  ADMIN_AUDIENCE: z.string().optional(),
  ADMIN_ISSUER: address.optional(),
  WEBHOOKS_TO_LOOPBACK: z.enum(['yes', 'no'], { error: 'must be yes or no' }).default('no'),
  LOG_LEVEL: z.enum(LEVELS, { error: `must be one of ${LEVELS.join(', ')}` }).default('info'),
});
type Settings = z.output<typeof settingsSchema>;

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(settingsSchema.shape);

/** Of each pair one must be there. */
const PAIRS = [
  ['SERVICEBUS', 'SERVICEBUS__fullyQualifiedNamespace'],
  ['TABLES', 'TABLES__tableServiceUri'],
] as const;

/** Both or neither. */
const TOGETHER = [
  ['ADMIN_ISSUER', 'ADMIN_AUDIENCE'],
  ['ADMIN_AUDIENCE', 'ADMIN_ISSUER'],
] as const;

/** How to reach a platform service: by connection string, or by address and managed identity. */
export type Access<Name extends string> =
  | { readonly connectionString: string }
  | { readonly [Key in Name]: string };

/** Every setting, checked. docs/operations.md says what each means. */
export interface Config {
  readonly serviceBus: Access<'fullyQualifiedNamespace'>;
  readonly tables: Access<'serviceUri'>;
  readonly keyVaultUri: string;
  /** Client id of a user-assigned identity; undefined = the system-assigned one. */
  readonly identityClientId: string | undefined;
  readonly entraAuthority: string;
  readonly graphBaseUrl: string;
  readonly publicUrl: string | undefined;
  /** The connector's own application. */
  readonly connector: { readonly clientId: string | undefined };
  readonly pollSchedule: string;
  /** Whose tokens administrators bring, and for whom; undefined where they do not sign in to Entra. */
  readonly admin: { readonly issuer: string; readonly audience: string } | undefined;
  /** Webhooks may go to this machine itself. */
  readonly webhooksToLoopback: boolean;
  readonly logLevel: Settings['LOG_LEVEL'];
}

/** A setting that is missing or wrong, and how; never its value. */
export interface SettingProblem {
  readonly setting: string;
  readonly problem: string;
}

/** What the environment says. */
export interface Settled {
  /** What of it is right; whole where there is no problem. */
  readonly config: Partial<Config>;
  readonly problems: readonly SettingProblem[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings; the one place that looks at the environment. Each is checked by itself, so
 * that all problems are told at once. One that is empty is one that is not set.
 */
export function readSettings(env: Environment = process.env): Settled {
  const right: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const [setting, schema] of Object.entries(settingsSchema.shape)) {
    const given = env[setting] === '' ? undefined : env[setting];
    const parsed = schema.safeParse(given);
    if (parsed.success) right[setting] = parsed.data;
    else problems.push({ setting, problem: problemOf(given, parsed.error) });
  }
  for (const [setting, other] of PAIRS) {
    if (env[setting] || env[other]) continue;
    problems.push({ setting, problem: `is missing: set it or ${other}` });
  }
  // One alone would leave the administrator's token of a machine of one's own in force.
  for (const [setting, other] of TOGETHER)
    if (!env[setting] && env[other])
      problems.push({ setting, problem: `is missing: set it and ${other}, or neither` });
  return { config: toConfig(right as Partial<Settings>), problems };
}

/**
 * The settings, which must all be right.
 * @throws AppError `bad-configuration`, which names none of them: anybody may come to read it
 */
export function readConfig(env: Environment = process.env): Config {
  const { config, problems } = readSettings(env);
  if (problems.length === 0) return config as Config;
  throw new AppError('bad-configuration', 'settings are missing or wrong: /health says which');
}

/** When to look; the default where the setting is wrong, since a timer must be given one. */
export function pollSchedule(env: Environment = process.env): string {
  return (
    readSettings(env).config.pollSchedule ?? settingsSchema.shape.POLL_SCHEDULE.parse(undefined)
  );
}

const exporter = z.enum(['otlp', 'console', 'none']);
const share = z.coerce.number().min(0).max(1);

/** Where telemetry goes, and how much of it. */
export interface TelemetrySettings {
  readonly traces: z.infer<typeof exporter>;
  readonly metrics: z.infer<typeof exporter>;
  /** The share of traces that are kept, 0 to 1. */
  readonly share: number;
  readonly serviceName: string;
}

/**
 * Reads the standard variables of OpenTelemetry; `TELEMETRY=console` stands for both exporters. What
 * is wrong with them is passed over: no sync stops for its telemetry.
 */
export function readTelemetry(env: Environment = process.env): TelemetrySettings {
  const isCollected = (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') !== '';
  const usual = env.TELEMETRY === 'console' ? 'console' : isCollected ? 'otlp' : 'none';
  return {
    traces: exporter.safeParse(env.OTEL_TRACES_EXPORTER).data ?? usual,
    metrics: exporter.safeParse(env.OTEL_METRICS_EXPORTER).data ?? usual,
    share: share.safeParse(env.OTEL_TRACES_SAMPLER_ARG || 1).data ?? 1,
    serviceName: env.OTEL_SERVICE_NAME || 'tandem',
  };
}

function problemOf(given: string | undefined, { issues }: z.ZodError): string {
  return given === undefined ? 'is missing' : (issues[0]?.message ?? 'is wrong');
}

function toConfig(right: Partial<Settings>): Partial<Config> {
  const found: { [Key in keyof Config]: Config[Key] | undefined } = {
    serviceBus: accessOf(
      right.SERVICEBUS,
      'fullyQualifiedNamespace',
      right.SERVICEBUS__fullyQualifiedNamespace,
    ),
    tables: accessOf(right.TABLES, 'serviceUri', right.TABLES__tableServiceUri),
    keyVaultUri: right.KEY_VAULT_URI,
    identityClientId: right.AZURE_CLIENT_ID,
    entraAuthority: right.ENTRA_AUTHORITY,
    graphBaseUrl: right.GRAPH_BASE_URL,
    publicUrl: right.PUBLIC_URL,
    connector: { clientId: right.CONNECTOR_CLIENT_ID },
    pollSchedule: right.POLL_SCHEDULE,
    admin:
      right.ADMIN_ISSUER === undefined || right.ADMIN_AUDIENCE === undefined
        ? undefined
        : { issuer: right.ADMIN_ISSUER, audience: right.ADMIN_AUDIENCE },
    webhooksToLoopback:
      right.WEBHOOKS_TO_LOOPBACK === undefined ? undefined : right.WEBHOOKS_TO_LOOPBACK === 'yes',
    logLevel: right.LOG_LEVEL,
  };
  return found as Partial<Config>;
}

function accessOf<Name extends string>(
  connection: string | undefined,
  name: Name,
  value: string | undefined,
): Access<Name> | undefined {
  if (connection !== undefined) return { connectionString: connection };
  return value === undefined ? undefined : ({ [name]: value } as { [Key in Name]: string });
}
