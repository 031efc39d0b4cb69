import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';

const SETTINGS = {
  SERVICEBUS: 'Endpoint=sb://x',
  TABLES: 'UseDevelopmentStorage=true',
  KEY_VAULT_URI: 'https://vault.example',
};
const ADMIN_ISSUER = 'https://login.microsoftonline.com/3f8a7f0e-56a7-4c38-9f1e-0d1c2b3a4f5e/v2.0';
const ADMIN_AUDIENCE = 'b0000000-0000-4000-8000-000000000002';

describe('who signs in', () => {
  it('is Entra’s matter where both settings are there, and nobody’s without', () => {
    expect(readConfig({ ...SETTINGS, ADMIN_ISSUER, ADMIN_AUDIENCE }).admin).toEqual({
      issuer: ADMIN_ISSUER,
      audience: ADMIN_AUDIENCE,
    });
    expect(readConfig(SETTINGS).admin).toBeUndefined();
  });

  it.each([
    [{ ADMIN_ISSUER }],
    [{ ADMIN_AUDIENCE }],
    [{ ADMIN_ISSUER, ADMIN_AUDIENCE: '' }],
    [{ ADMIN_ISSUER: 'http://login.example/x/v2.0', ADMIN_AUDIENCE }],
    [{ ADMIN_ISSUER: 'login.example', ADMIN_AUDIENCE }],
  ])('is not guessed from %j', (settings) => {
    expect(() => readConfig({ ...SETTINGS, ...settings })).toThrow(/ADMIN_/);
  });
});
