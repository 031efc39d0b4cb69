import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { BUNDLE_BUDGET_BYTES, makeBundle } from '../../local/bundle.ts';
import type { Tell } from './figures.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MODULE = fileURLToPath(new URL('load-main.ts', import.meta.url));

/** Alternating, so that a machine that slows down does so for both. */
const TIMES = 9;
/** What the bundle may take of the time that the modules one by one do. */
const MOST_SHARE = 0.6;

const loadedSchema = z.object({
  milliseconds: z.number(),
  rssMb: z.number(),
  functions: z.number().positive(),
});
type Loaded = z.infer<typeof loadedSchema>;

/** What a cold start costs: the bundle against the same app module by module. */
export async function benchDeploy(tell: Tell): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    const { root, bytes } = await makeBundle(join(folder, 'dist'));
    tell({ name: 'deploy.bytes', value: bytes, unit: 'bytes', budget: BUNDLE_BUDGET_BYTES });
    const [bundled, unbundled] = await loadAlternating(root);
    const ms = (loads: readonly Loaded[]) => median(loads.map((load) => load.milliseconds));
    const mb = (loads: readonly Loaded[]) => median(loads.map((load) => load.rssMb));
    tell({ name: 'deploy.unbundled.load', value: ms(unbundled), unit: 'ms', budget: null });
    tell({ name: 'deploy.unbundled.rss', value: mb(unbundled), unit: 'MB', budget: null });
    tell({ name: 'deploy.bundled.load', value: ms(bundled), unit: 'ms', budget: null });
    tell({ name: 'deploy.bundled.rss', value: mb(bundled), unit: 'MB', budget: null });
    const share = ms(bundled) / ms(unbundled);
    tell({ name: 'deploy.share', value: share, unit: 'of the time', budget: MOST_SHARE });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function loadAlternating(bundle: string): Promise<[bundled: Loaded[], unbundled: Loaded[]]> {
  const [bundled, unbundled]: [Loaded[], Loaded[]] = [[], []];
  // The first of each reads from the disk what the others find in memory.
  await load(bundle);
  await load(PROJECT);
  for (let time = 0; time < TIMES; time += 1) {
    bundled.push(await load(bundle));
    unbundled.push(await load(PROJECT));
  }
  return [bundled, unbundled];
}

async function load(root: string): Promise<Loaded> {
  const { stdout } = await promisify(execFile)(process.execPath, [MODULE, root]);
  return loadedSchema.parse(JSON.parse(stdout));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
