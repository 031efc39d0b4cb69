import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findFreePort } from './workers.ts';

const schema = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  /** Delta links name the tenant's port, so it must stay. */
  tenantPort: z.int().positive().optional(),
});

/** Who the local tenant is, and the connector's registration there. */
export type Installation = z.output<typeof schema>;

/**
 * The installation kept in a folder, made at the first start: what was synchronised before a
 * restart refers to it. Without a folder it is a new one each time.
 */
export async function openInstallation(dataDir?: string): Promise<Installation> {
  const made = {
    tenantId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomBytes(24).toString('base64url'),
  };
  if (dataDir === undefined) return made;
  const file = join(dataDir, 'installation.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return schema.parse(JSON.parse(text));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const kept = { ...made, tenantPort: await findFreePort() };
  await writeFile(file, JSON.stringify(kept), { mode: 0o600 });
  return kept;
}
