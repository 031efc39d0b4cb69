/** What a filter such as `appId eq 'value'` compares a property with; undefined where it is another. */
export function soughtValue(filter: string, property: string): string | undefined {
  const match = /^(\w+) eq '((?:[^']|'')*)'$/i.exec(filter.trim());
  if (match?.[1]?.toLowerCase() !== property.toLowerCase()) return undefined;
  return match[2]?.replaceAll("''", "'");
}
