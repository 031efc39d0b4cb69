import { readSettings } from './config.ts';
import { openLog } from './log.ts';

export { pollSchedule } from './config.ts';

/** How often what is wrong is said, at most. */
const SAY_AGAIN_MS = 60_000;

let saidAt = Number.NEGATIVE_INFINITY;

/**
 * Whether the settings let the app work. Where they do not, it serves HTTP, /health above all, and
 * takes nothing off the bus, so that messages wait there; the log says why, once a minute at most.
 */
export function isConfigured(): boolean {
  const { config, problems } = readSettings();
  if (problems.length === 0) return true;
  const now = Date.now();
  if (now - saidAt < SAY_AGAIN_MS) return false;
  saidAt = now;
  const log = openLog(config.logLevel ?? 'info', (line) => console.error(line));
  log.error('the settings are missing or wrong: the app does no work', { problems });
  return false;
}

/** A timer's handler: it works where the settings let it, and otherwise does nothing. */
export function whenConfigured<Needs>(
  services: () => Promise<Needs>,
  work: (needs: Needs) => Promise<void>,
): () => Promise<void> {
  return async () => {
    if (isConfigured()) await work(await services());
  };
}
