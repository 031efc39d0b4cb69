import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const sizeSchema = z.object({
  users: z.int().nonnegative(),
  groups: z.int().nonnegative(),
  memberships: z.int().nonnegative(),
  seed: z.int().nonnegative(),
});

/** What the tenant begins with. */
export type TenantSize = z.output<typeof sizeSchema>;

/** What was asked for of it. */
export type GivenSize = { readonly [Name in keyof TenantSize]?: number };

const DEFAULTS = { users: 1_000, groups: 100, memberships: 5_000, seed: 1 } as const;

const FILE = 'tenant.json';

/**
 * Completes a size. Memberships that nobody asked for never fill more than a quarter of the room.
 * @throws RangeError where the memberships asked for do not fit
 */
export function completeSize(given: GivenSize, kept: GivenSize = {}): TenantSize {
  const { users, groups, seed, memberships } = { ...DEFAULTS, ...kept, ...given };
  const room = users * groups;
  const isChosen = (given.memberships ?? kept.memberships) !== undefined;
  if (isChosen && memberships > room) {
    const size = `${groups} groups of at most ${users} users`;
    throw new RangeError(`--memberships ${memberships} do not fit into ${size}`);
  }
  const fitting = isChosen ? memberships : Math.min(memberships, Math.floor(room / 4));
  return { users, groups, seed, memberships: fitting };
}

/**
 * The size of the tenant, which a data folder remembers: with another one, another start would meet
 * other people, and what was synchronised before would look removed.
 * @throws RangeError as {@link completeSize}
 */
export async function chooseSize(given: GivenSize, dataDir?: string): Promise<TenantSize> {
  if (dataDir === undefined) return completeSize(given);
  const file = join(dataDir, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const kept = text === undefined ? {} : sizeSchema.parse(JSON.parse(text));
  const size = completeSize(given, kept);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(size), { mode: 0o600 });
  return size;
}
