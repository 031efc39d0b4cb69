import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a run of the tests a temporary folder of its own, with which goes what killed processes have
 * left behind. What Node has compiled for one process it keeps for the others, in these tests and
 * in the next ones, at its usual place.
 */
export default async function ownFolders(): Promise<() => Promise<void>> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');
  const folder = await mkdtemp(join(tmpdir(), 'tandem-tests-'));
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true });
}
