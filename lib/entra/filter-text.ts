/**
 * Whether Graph can compare anything with a text: it refuses the rest, and with it all that is asked
 * beside.
 */
export function isFilterable(text: string, longest: number): boolean {
  const isPlain = text.isWellFormed() && !/\p{Cc}/u.test(text);
  return isPlain && text.trim() !== '' && text.length <= longest;
}

/**
 * A condition of `$filter`, fit for an address. Quotes are doubled (Graph docs: query parameters,
 * "escaping single quotes").
 */
export function equalTo(property: string, text: string): string {
  return encodeURIComponent(`${property} eq '${text.replaceAll("'", "''")}'`);
}
