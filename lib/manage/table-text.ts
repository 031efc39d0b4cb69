/** A column of a table that is handed out: its name, and what stands in it. */
export type Column<T> = readonly [name: string, value: (row: T) => unknown];

/** What spreadsheets take for the beginning of a formula (OWASP: CSV injection). */
const FORMULA_STARTS = new Set(['=', '+', '-', '@', '\t', '\r']);

/** The names of columns as the first line of CSV (RFC 4180). */
export function csvHeader<T>(columns: readonly Column<T>[]): string {
  return csvLine(columns.map(([name]) => name));
}

/**
 * Rows as lines of CSV. Text that a spreadsheet would take for a formula gets an
 * apostrophe before it; lists are joined by spaces.
 */
export function csvLines<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return rows.map((row) => csvLine(columns.map(([, value]) => value(row)))).join('');
}

function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: unknown): string {
  const text = textOf(value);
  const isFormula = typeof value !== 'number' && FORMULA_STARTS.has(text.charAt(0));
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(textOf).join(' ') : JSON.stringify(value);
}

/** Rows as JSON lines: one object a line (https://jsonlines.org). */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
