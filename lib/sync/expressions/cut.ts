/**
 * A part of a text, by UTF-16 units as in .NET; half a character at either end is left out, because
 * it could not be written to anywhere.
 */
export function cut(text: string, start: number, end: number): string {
  const from = isInside(text, start) ? start + 1 : start;
  const to = isInside(text, end) ? end - 1 : end;
  return text.slice(from, Math.max(from, to));
}

/** Whether a position lies between the two units of one character. */
function isInside(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
