import { describe, expect, it } from 'vitest';
import { pollSchedule, readConfig, readSettings, readTelemetry } from '../../lib/config.ts';

const RIGHT = {
  SERVICEBUS: 'Endpoint=sb://bus.example/;SharedAccessKeyName=app;SharedAccessKey=c2VjcmV0',
  TABLES: 'AccountName=state;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net',
  KEY_VAULT_URI: 'https://tandem.vault.azure.net',
};

const SECRET = 'c2VjcmV0';

describe('settings that are right', () => {
  it('are few: the rest has its default', () => {
    expect(readConfig(RIGHT)).toEqual({
      serviceBus: { connectionString: RIGHT.SERVICEBUS },
      tables: { connectionString: RIGHT.TABLES },
      keyVaultUri: RIGHT.KEY_VAULT_URI,
      identityClientId: undefined,
      entraAuthority: 'https://login.microsoftonline.com',
      graphBaseUrl: 'https://graph.microsoft.com',
      publicUrl: undefined,
      pollSchedule: '0 */3 * * * *',
      admin: undefined,
      connector: { clientId: undefined },
      webhooksToLoopback: false,
      logLevel: 'info',
    });
  });

  it('name the platform by address, for the managed identity', () => {
    const env = {
      KEY_VAULT_URI: RIGHT.KEY_VAULT_URI,
      SERVICEBUS__fullyQualifiedNamespace: 'tandem.servicebus.windows.net',
      TABLES__tableServiceUri: 'https://state.table.core.windows.net',
      AZURE_CLIENT_ID: '4f0f6d4e-2c1c-4d4f-9f6a-0a6a0d1f2b3c',
    };
    expect(readConfig(env)).toMatchObject({
      serviceBus: { fullyQualifiedNamespace: 'tandem.servicebus.windows.net' },
      tables: { serviceUri: 'https://state.table.core.windows.net' },
      identityClientId: '4f0f6d4e-2c1c-4d4f-9f6a-0a6a0d1f2b3c',
    });
  });

  it('may be there and empty, as the example leaves them', () => {
    const empty = {
      CONNECTOR_CLIENT_ID: '',
      AZURE_CLIENT_ID: '',
      PUBLIC_URL: '',
      LOG_LEVEL: '',
      TABLES__tableServiceUri: '',
    };
    expect(readConfig({ ...RIGHT, ...empty })).toEqual(readConfig(RIGHT));
  });

  it.each([
    ['SERVICEBUS', 'Endpoint=sb://b/;SharedAccessSignature=s'],
    ['TABLES', 'UseDevelopmentStorage=true'],
    ['TABLES', 'TableEndpoint=https://t;SharedAccessSignature=s'],
    ['KEY_VAULT_URI', 'http://127.0.0.1:1'],
    ['POLL_SCHEDULE', '*/10 * * * * *'],
    ['POLL_SCHEDULE', '0 0 9 * * MON-FRI'],
  ])('%s may be %s', (setting, value) => {
    expect(readSettings({ ...RIGHT, [setting]: value }).problems).toEqual([]);
  });
});

describe('settings that are missing or wrong', () => {
  it.each([
    ['SERVICEBUS', undefined, 'is missing: set it or SERVICEBUS__fullyQualifiedNamespace'],
    ['SERVICEBUS', `Endpoint=sb://b/;SharedAccessKey=${SECRET}`, 'must be a connection string'],
    ['SERVICEBUS', SECRET, 'must be a connection string'],
    ['SERVICEBUS__fullyQualifiedNamespace', `sb://${SECRET}/`, 'must be a host name alone'],
    ['TABLES', undefined, 'is missing: set it or TABLES__tableServiceUri'],
    ['TABLES', `AccountKey=${SECRET}`, 'must be a connection string'],
    [
      'TABLES__tableServiceUri',
      `http://${SECRET}.example`,
      'must be an https address (http only on loopback)',
    ],
    ['KEY_VAULT_URI', undefined, 'is missing'],
    ['KEY_VAULT_URI', SECRET, 'must be an https address (http only on loopback)'],
    [
      'KEY_VAULT_URI',
      `http://${SECRET}.example`,
      'must be an https address (http only on loopback)',
    ],
    ['ENTRA_AUTHORITY', `http://${SECRET}.example`, 'must be a plain https address'],
    ['ENTRA_AUTHORITY', `https://me@${SECRET}.example`, 'must be a plain https address'],
    ['GRAPH_BASE_URL', 'http://127.0.0.1', 'must be a plain https address'],
    ['GRAPH_BASE_URL', `https://g.example/?${SECRET}`, 'must be a plain https address'],
    ['PUBLIC_URL', `ftp://${SECRET}.example`, 'must be an https address (http only on loopback)'],
    ['CONNECTOR_CLIENT_ID', SECRET, 'must be a GUID'],
    ['AZURE_CLIENT_ID', SECRET, 'must be a GUID'],
    ['POLL_SCHEDULE', SECRET, 'must be an NCRONTAB expression with six fields'],
    ['POLL_SCHEDULE', '*/3 * * * *', 'must be an NCRONTAB expression with six fields'],
    ['POLL_SCHEDULE', '0 61 * * * *', 'must be an NCRONTAB expression with six fields'],
    ['LOG_LEVEL', SECRET, 'must be one of debug, info, warning, error, none'],
  ])('%s = %s', (setting, value, problem) => {
    const { problems } = readSettings({ ...RIGHT, [setting]: value });
    expect(problems).toEqual([{ setting, problem }]);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it('are told all at once, by their names', () => {
    const env = { TABLES: SECRET, POLL_SCHEDULE: SECRET, LOG_LEVEL: 'info' };
    const names = readSettings(env).problems.map(({ setting }) => setting);
    expect(names.sort()).toEqual(['KEY_VAULT_URI', 'POLL_SCHEDULE', 'SERVICEBUS', 'TABLES']);
    const refused = expect.objectContaining({ code: 'bad-configuration' });
    expect(() => readConfig(env)).toThrow(refused);
  });

  it('leave the others as they are, and a timer its schedule', () => {
    const env = { KEY_VAULT_URI: RIGHT.KEY_VAULT_URI, POLL_SCHEDULE: 'now and then' };
    expect(readSettings(env).config.keyVaultUri).toBe(RIGHT.KEY_VAULT_URI);
    expect(pollSchedule(env)).toBe('0 */3 * * * *');
  });
});

describe('telemetry', () => {
  const nowhere = { traces: 'none', metrics: 'none', share: 1, serviceName: 'tandem' };
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';
  it.each([
    [{}, nowhere],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT }, { ...nowhere, traces: 'otlp', metrics: 'otlp' }],
    [{ TELEMETRY: 'console' }, { ...nowhere, traces: 'console', metrics: 'console' }],
    [{ OTEL_TRACES_EXPORTER: 'console' }, { ...nowhere, traces: 'console' }],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_TRACES_SAMPLER_ARG: '0.1',
      },
      { ...nowhere, traces: 'otlp', share: 0.1 },
    ],
    [{ OTEL_TRACES_EXPORTER: 'jaeger', OTEL_TRACES_SAMPLER_ARG: '7' }, nowhere],
    [
      { OTEL_SERVICE_NAME: 'east', OTEL_TRACES_SAMPLER_ARG: '0' },
      { ...nowhere, share: 0, serviceName: 'east' },
    ],
  ])('%j', (env, expected) => {
    expect(readTelemetry(env)).toEqual(expected);
  });
});

describe('who administers', () => {
  const issuer = 'https://login.microsoftonline.com/3f8a7f0e-56a7-4c38-9f1e-0d1c2b3a4f5e/v2.0';
  const audience = 'b0000000-0000-4000-8000-000000000002';

  it('is said by two settings', () => {
    const env = { ...RIGHT, ADMIN_ISSUER: issuer, ADMIN_AUDIENCE: audience };
    expect(readConfig(env).admin).toEqual({ issuer, audience });
  });

  it.each([
    ['ADMIN_AUDIENCE', { ADMIN_ISSUER: issuer }],
    ['ADMIN_ISSUER', { ADMIN_AUDIENCE: audience }],
  ])('is not said where %s is missing', (setting, some) => {
    const { problems } = readSettings({ ...RIGHT, ...some });
    expect(problems.map((problem) => problem.setting)).toEqual([setting]);
  });
});
