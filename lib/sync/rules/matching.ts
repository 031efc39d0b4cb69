/** Attributes by which a directory finds entries that nothing ties to the other side yet. */
export const MATCHING_ATTRIBUTES = [
  'userName',
  'externalId',
  'emails[type eq "work"].value',
  'displayName',
] as const;
export type MatchingAttribute = (typeof MATCHING_ATTRIBUTES)[number];

export function isMatchingAttribute(name: string): name is MatchingAttribute {
  return MATCHING_ATTRIBUTES.some((attribute) => attribute === name);
}
