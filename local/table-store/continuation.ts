/** A key as a header carries it, which has fewer characters than keys have. */
export function toHeader(key: string | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(key).toString('base64');
}

/** The key that a header carries; '' without one. */
export function fromHeader(header: string | undefined): string {
  return Buffer.from(header ?? '', 'base64').toString();
}
