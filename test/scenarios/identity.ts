import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import type { LocalAzure } from '../../local/azure.ts';

/**
 * The app's managed identity, asked where Functions offers it. That of the SDK remembers one token
 * for the whole process, in which there may be several apps, one after another.
 */
export function identityOf(env: LocalAzure['env']): TokenCredential {
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = env;
  return {
    getToken: async (scopes) => {
      const resource = String(scopes).replace(/\/\.default$/, '');
      const query = new URLSearchParams({ 'api-version': '2019-08-01', resource });
      const headers = { 'x-identity-header': IDENTITY_HEADER };
      const answer = await fetch(`${IDENTITY_ENDPOINT}?${query.toString()}`, { headers });
      const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
      return { token: access_token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}
