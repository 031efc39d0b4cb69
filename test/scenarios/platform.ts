import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { z } from 'zod';
import type { LocalAzure } from '../../local/azure.ts';

const queuesSchema = z.record(z.string(), z.object({ active: z.number(), scheduled: z.number() }));

/** What only the owner of the platform can see. */
export function openPlatform({ env, busStats }: LocalAzure) {
  // Where Functions tells managed identities to look for tokens.
  process.env.IDENTITY_ENDPOINT = env.IDENTITY_ENDPOINT;
  process.env.IDENTITY_HEADER = env.IDENTITY_HEADER;
  const vault = new SecretClient(env.KEY_VAULT_URI ?? '', new ManagedIdentityCredential(), {
    allowInsecureConnection: true,
    disableChallengeResourceVerification: true,
  });
  return {
    /** Puts a secret into the vault. */
    setSecret: async (name: string, value: string) => {
      await vault.setSecret(name, value);
    },
    /** Names of the vault's secrets that begin with `prefix`. */
    secretNames: async (prefix: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const { name } of vault.listPropertiesOfSecrets()) names.push(name);
      return names.filter((name) => name.startsWith(prefix));
    },
    /** Messages on each queue that can be handled at once, those being handled among them. */
    messages: async (): Promise<{ polls: number; changes: number }> => {
      const { polls, changes } = queuesSchema.parse(await busStats());
      return { polls: polls?.active ?? 0, changes: changes?.active ?? 0 };
    },
    /** Messages on all queues that are still to be handled. */
    waitingMessages: async (): Promise<number> => {
      const queues = Object.values(queuesSchema.parse(await busStats()));
      return queues.reduce((sum, { active, scheduled }) => sum + active + scheduled, 0);
    },
  };
}

export type Platform = ReturnType<typeof openPlatform>;
