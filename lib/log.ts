import type { Config } from './config.ts';
import type { Log } from './ports/platform.ts';

const LEVELS = ['debug', 'info', 'warning', 'error', 'none'] as const;

/**
 * Writes one JSON line an entry, from a level on.
 * @param causeId the id that the lines of one cause share; undefined where there is none
 */
export function openLog(
  from: Config['logLevel'],
  write: (line: string) => void,
  causeId: () => string | undefined = () => undefined,
): Log {
  const entry =
    (level: Config['logLevel']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
      const line = { at: new Date().toISOString(), level, message, ...fields };
      write(JSON.stringify({ ...line, causeId: causeId() }));
    };
  return { info: entry('info'), warn: entry('warning'), error: entry('error') };
}
