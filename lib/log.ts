import type { Config } from './config.ts';
import type { Log } from './ports/platform.ts';

const LEVELS = ['debug', 'info', 'warning', 'error', 'none'] as const;

/** Writes one JSON line an entry, from a level on. */
export function openLog(from: Config['logLevel'], write: (line: string) => void): Log {
  const entry =
    (level: Config['logLevel']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
      write(JSON.stringify({ at: new Date().toISOString(), level, message, ...fields }));
    };
  return { info: entry('info'), warn: entry('warning'), error: entry('error') };
}
