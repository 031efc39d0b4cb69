/**
 * The seconds that a `Retry-After` header asks for (RFC 9110 section 10.2.3): a number or a date.
 * Graph also sends decimals (Graph docs: throttling). Undefined where it says nothing useful.
 * @param now milliseconds since 1970
 */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  // Date.parse takes many things for a date, a negative number among them; an HTTP date begins with
  // the name of a day.
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1_000);
}
