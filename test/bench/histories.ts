import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { named, type Tell } from './figures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = 'node_modules/vitest/vitest.mjs';
const TEST = 'test/properties/two-way.test.ts';
const MOST_SEED = 2 ** 31;

/**
 * Lets random histories of both sides happen, other ones each time: the seed is told first, and with it
 * the test finds again what it has found.
 */
export async function benchHistories(histories: number, tell: Tell): Promise<void> {
  const say = named('two-way.histories', tell);
  const seed = randomInt(MOST_SEED);
  process.stderr.write(`PROPERTY_SEED=${seed} PROPERTY_RUNS=${histories}\n`);
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [VITEST, 'run', '--config', 'test/vitest.config.ts', '--retry=0', TEST],
    {
      cwd: ROOT,
      env: { ...process.env, PROPERTY_SEED: String(seed), PROPERTY_RUNS: String(histories) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) process.stderr.write(errors);
  say({ name: 'lived', value: histories, unit: '', budget: null });
  say({ name: 'failed', value: code === 0 ? 0 : 1, unit: 'kinds at least', budget: 0 });
  say({ name: 'seconds', value: (performance.now() - began) / 1_000, unit: 's', budget: null });
}
