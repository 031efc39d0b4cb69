import { z } from 'zod';
import { AppError } from './errors.ts';

/** Plain http is for a machine's own loopback only: everything else carries tokens over the net. */
const address = z.url({ protocol: /^https?$/ }).refine(
  (url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  },
  { error: 'must be https (http only on loopback)' },
);

const settingsSchema = z
  .object({
    SERVICEBUS: z.string().min(1).optional(),
    SERVICEBUS__fullyQualifiedNamespace: z.string().min(1).optional(),
    TABLES: z.string().min(1).optional(),
    TABLES__tableServiceUri: address.optional(),
    KEY_VAULT_URI: address,
    AZURE_CLIENT_ID: z.guid().optional(),
    ENTRA_AUTHORITY: address.default('https://login.microsoftonline.com'),
    GRAPH_BASE_URL: address.default('https://graph.microsoft.com'),
    PUBLIC_URL: address.optional(),
    CONNECTOR_CLIENT_ID: z.guid().optional(),
    POLL_SCHEDULE: z.string().min(1).default('0 */3 * * * *'),
    ADMIN_AUDIENCE: z.string().min(1).optional(),
    ADMIN_ISSUER: z.string().min(1).optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warning', 'error', 'none']).default('info'),
  })
  .refine((env) => env.SERVICEBUS ?? env.SERVICEBUS__fullyQualifiedNamespace, {
    error: 'set SERVICEBUS or SERVICEBUS__fullyQualifiedNamespace',
    path: ['SERVICEBUS'],
  })
  .refine((env) => env.TABLES ?? env.TABLES__tableServiceUri, {
    error: 'set TABLES or TABLES__tableServiceUri',
    path: ['TABLES'],
  });

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
  readonly pollSchedule: string;
  readonly logLevel: z.infer<typeof settingsSchema>['LOG_LEVEL'];
}

/**
 * Reads the settings; the one place that looks at the environment. A setting that is empty is one that
 * is not set, as examples and templates leave it.
 * @throws AppError `bad-configuration`, naming every setting that is missing or wrong at once, and
 *   no value
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const given = Object.entries(env).filter(([, value]) => value !== '');
  const parsed = settingsSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new AppError(
      'bad-configuration',
      `settings are missing or wrong: ${problems.join('; ')}`,
    );
  }
  const known = parsed.data;
  return {
    serviceBus: known.SERVICEBUS
      ? { connectionString: known.SERVICEBUS }
      : { fullyQualifiedNamespace: known.SERVICEBUS__fullyQualifiedNamespace ?? '' },
    tables: known.TABLES
      ? { connectionString: known.TABLES }
      : { serviceUri: known.TABLES__tableServiceUri ?? '' },
    keyVaultUri: known.KEY_VAULT_URI,
    identityClientId: known.AZURE_CLIENT_ID,
    entraAuthority: known.ENTRA_AUTHORITY,
    graphBaseUrl: known.GRAPH_BASE_URL,
    publicUrl: known.PUBLIC_URL,
    pollSchedule: known.POLL_SCHEDULE,
    logLevel: known.LOG_LEVEL,
  };
}
