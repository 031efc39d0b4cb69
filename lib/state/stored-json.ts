import { z } from 'zod';

// Made once: rows are read by the thousand, and to make a schema costs more than to apply it.
const text = z.string();

/** A column that holds text. @throws ZodError for anything else */
export function storedText(column: unknown): string {
  return text.parse(column);
}

/** A column that holds JSON, which is still to be parsed. @throws ZodError where it is no text */
export function storedJson(column: unknown): unknown {
  return JSON.parse(text.parse(column));
}
