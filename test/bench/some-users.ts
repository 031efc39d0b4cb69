import { z } from 'zod';
import type { Site } from './site.ts';

const foundSchema = z.object({ value: z.array(z.object({ id: z.string() })).min(1) });

/** Entra ids of up to 50 users. */
export async function someUsers({ azure }: Site): Promise<readonly string[]> {
  const answer = await fetch(`${azure.tenantUrl}/__tenant/users?search=a`);
  return foundSchema.parse(await answer.json()).value.map(({ id }) => id);
}
