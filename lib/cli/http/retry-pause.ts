const LONGEST_MS = 60_000;
const FIRST_MS = 1_000;

/**
 * How long to wait before the same request is made again: what the answer asks for in seconds
 * (RFC 9110 section 10.2.3), or longer each time.
 * @param tries how many there were
 */
export function pauseOf(retryAfter: string | null, tries: number): number {
  const asked = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : undefined;
  return Math.min(LONGEST_MS, asked ?? FIRST_MS * 2 ** (tries - 1));
}
