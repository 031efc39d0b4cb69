import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';

const ON_AZURE = {
  SERVICEBUS__fullyQualifiedNamespace: 'sb-tandem.servicebus.windows.net',
  TABLES__tableServiceUri: 'https://sttandem.table.core.windows.net',
  KEY_VAULT_URI: 'https://kv-tandem.vault.azure.net',
};
const CLIENT_ID = '4f0f6d4e-2c1c-4d4f-9f6a-0a6a0d1f2b3c';

describe('settings', () => {
  it('reach every service by its address and the identity', () => {
    const config = readConfig({ ...ON_AZURE, AZURE_CLIENT_ID: CLIENT_ID });
    expect(config.serviceBus).toEqual({
      fullyQualifiedNamespace: 'sb-tandem.servicebus.windows.net',
    });
    expect(config.tables).toEqual({ serviceUri: 'https://sttandem.table.core.windows.net' });
    expect(config.identityClientId).toBe(CLIENT_ID);
  });

  it('that are empty are not set', () => {
    const config = readConfig({ ...ON_AZURE, SERVICEBUS: '', AZURE_CLIENT_ID: '', LOG_LEVEL: '' });
    expect(config.serviceBus).toHaveProperty('fullyQualifiedNamespace');
    expect(config.identityClientId).toBeUndefined();
    expect(config.logLevel).toBe('info');
  });

  it('that are missing or wrong are named all at once, without their values', () => {
    const wrong = { AZURE_CLIENT_ID: 'not-an-id', GRAPH_BASE_URL: 'http://graph.example' };
    expect(() => readConfig(wrong)).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringMatching(/KEY_VAULT_URI.*AZURE_CLIENT_ID.*GRAPH_BASE_URL/s),
      }),
    );
    expect(() => readConfig(wrong)).not.toThrow(/not-an-id|graph\.example/);
  });
});
