import { attribute } from './define.ts';

const READ_ONLY = { mutability: 'readOnly' } as const;
const READ_ONLY_EXACT = { mutability: 'readOnly', caseExact: true } as const;

/** The client's own id of a resource; it is not unique here (RFC 7643 section 3.1). */
export const EXTERNAL_ID = attribute('externalId', 'The id that the client gave to the resource.', {
  caseExact: true,
});

/** What every resource has, whatever its schema (RFC 7643 sections 3 and 3.1). */
export const COMMON_ATTRIBUTES = [
  // What a client says of the schemas is not gone by: Entra leaves URNs out, and misspells one.
  attribute('schemas', 'The URNs of the schemas that the resource has something of.', {
    type: 'reference',
    multiValued: true,
    mutability: 'readOnly',
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  attribute('id', 'The id that this service gave to the resource; it never changes.', {
    ...READ_ONLY_EXACT,
    returned: 'always',
    uniqueness: 'server',
  }),
  EXTERNAL_ID,
  attribute('meta', 'What this service knows of the resource itself.', {
    type: 'complex',
    ...READ_ONLY,
    subAttributes: [
      attribute('resourceType', 'The name of the type of resource.', READ_ONLY_EXACT),
      attribute('created', 'When it was made.', { type: 'dateTime', ...READ_ONLY }),
      attribute('lastModified', 'When it was last changed.', { type: 'dateTime', ...READ_ONLY }),
      attribute('location', 'Where it is found.', {
        type: 'reference',
        ...READ_ONLY,
        referenceTypes: ['uri'],
      }),
      attribute('version', 'Its entity tag.', READ_ONLY_EXACT),
    ],
  }),
] as const;
