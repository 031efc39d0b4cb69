import { SecretClient } from '@azure/keyvault-secrets';
import { z } from 'zod';
import type { LocalAzure } from '../../local/azure.ts';
import { identityOf } from './identity.ts';

const queuesSchema = z.record(
  z.string(),
  z.object({ active: z.number(), sessions: z.array(z.tuple([z.string(), z.number()])) }),
);

/** What only the owner of the platform can see. */
export async function openPlatform({ env, busStats }: LocalAzure) {
  const vault = new SecretClient(env.KEY_VAULT_URI ?? '', identityOf(env), {
    allowInsecureConnection: true,
    disableChallengeResourceVerification: true,
  });
  const queues = async () => queuesSchema.parse(await busStats());
  const sessions = async () => Object.values(await queues()).flatMap((queue) => queue.sessions);
  /** Connections of stories before have left retries that are far away. */
  const before = new Set((await sessions()).map(([id]) => id));
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
      const { polls, changes } = await queues();
      return { polls: polls?.active ?? 0, changes: changes?.active ?? 0 };
    },
    /** Messages on all queues that are still to be handled, now or later. */
    waitingMessages: async (): Promise<number> => {
      const own = (await sessions()).filter(([id]) => !before.has(id));
      return own.reduce((sum, [, count]) => sum + count, 0);
    },
  };
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>;
