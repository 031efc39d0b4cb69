/** Expressions as administrators write them, by the attribute that they give. */
export const EXPRESSIONS = {
  userName: 'ToLower([userPrincipalName])',
  displayName: 'Join(" ", [givenName], [surname])',
  'phoneNumbers[type eq "mobile"].value':
    'Replace([mobilePhone], , "\\\\+(\\\\d+) (\\\\d+)", , "00$1$2", , )',
  preferredLanguage:
    'Switch([country], "en", "NO", "nb", "SE", "sv", "DE", "de", "AT", "de", "FR", "fr", "JP", "ja")',
  /** The last of up to three levels. */
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department':
    'Coalesce(Item(Split([department], ">"), 3), Item(Split([department], ">"), 2), [department])',
} as const;
