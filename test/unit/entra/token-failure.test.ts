import { AuthenticationRequiredError, CredentialUnavailableError } from '@azure/identity';
import { expect, it } from 'vitest';
import { tokenFailure } from '../../../lib/entra/token-failure.ts';
import { AppError } from '../../../lib/errors.ts';

const required = (message: string) => new AuthenticationRequiredError({ scopes: ['x'], message });

it.each([
  [
    'a wrong secret',
    required('invalid_client: Error(s): 7000215 - Description: AADSTS7000215: wrong secret ~abc'),
    'credential-refused',
    'AADSTS7000215',
  ],
  [
    'an unknown application',
    required('unauthorized_client: Error(s): 700016 - Description: AADSTS700016: no such app'),
    'credential-refused',
    'AADSTS700016',
  ],
  ['a refusal without a number', required('invalid_client: no'), 'credential-refused', ''],
  ['a passing failure', required('server_error: AADSTS90033: later'), 'unavailable', 'AADSTS90033'],
  [
    'an answer that is no JSON',
    required('network_error: See https://x'),
    'unavailable',
    'network_error',
  ],
  ['an empty answer', required('Response had no "expiresOn" property.'), 'unavailable', ''],
  ['no network', new CredentialUnavailableError('endpoints_resolution_error'), 'unavailable', ''],
  ['anything else', 'what', 'unavailable', ''],
])('%s', (_, error, code, named) => {
  const failure = tokenFailure(error);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(named);
  expect(failure.message).not.toContain('secret');
  expect(failure.cause).toBeUndefined();
});

it('lets our own errors pass', () => {
  const own = new AppError('not-found', 'the secret is not in the vault');
  expect(tokenFailure(own)).toBe(own);
});
