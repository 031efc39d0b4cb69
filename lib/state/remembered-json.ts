import { putLast } from '../sync/put-last.ts';
import { storedText } from './stored-json.ts';

/** Lanes of a few dozen connections at work; texts are some kilobytes at most. */
const MOST = 512;

/**
 * Reads columns that are read at every step and seldom change: a text that was parsed before is not
 * parsed again. All who read it share what comes of it, and nobody may change that.
 * @param schema of the JSON in a column; what it throws is thrown, and not remembered
 */
export function rememberedJson<T>(schema: {
  readonly parse: (data: unknown) => T;
}): (column: unknown) => T {
  const known = new Map<string, T>();
  return (column) => {
    const key = storedText(column);
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = schema.parse(JSON.parse(key));
    putLast(known, { key, value, most: MOST });
    return value;
  };
}
