import type { StoredRow } from '../../azure/tables.ts';

/** A string property holds 64 KiB as UTF-16, and a row 1 MiB (Azure docs: Table service data model). */
const PART_LENGTH = 32_000;
const MOST_PARTS = 15;

/** How many characters a text may have. */
export const MOST_CHARACTERS = PART_LENGTH * MOST_PARTS;

/** Splits text over properties a0, a1, … and never inside a surrogate pair, which UTF-8 would lose. */
export function inParts(text: string): Record<string, string> {
  const parts: Record<string, string> = {};
  for (let at = 0, part = 0; at < text.length; part += 1) {
    const last = text.charCodeAt(at + PART_LENGTH - 1);
    const end = at + PART_LENGTH - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
    parts[`a${part}`] = text.slice(at, end);
    at = end;
  }
  return parts;
}

/** The text that was split over a row's properties. */
export function joined(row: StoredRow): string {
  let text = '';
  for (let part = 0; typeof row[`a${part}`] === 'string'; part += 1) text += row[`a${part}`];
  return text;
}
