import type { Json } from '../../sync/entry.ts';

const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A page of a listing. Without a total it is one by cursor (RFC 9865 section 2). */
export interface Listed {
  readonly resources: readonly Json[];
  readonly total?: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** RFC 7644 section 3.4.2, table 3. */
export function listResponse({ resources, total, startIndex, nextCursor }: Listed): Json {
  return {
    schemas: [LIST_SCHEMA],
    ...(total !== undefined && { totalResults: total }),
    itemsPerPage: resources.length,
    ...(startIndex !== undefined && { startIndex }),
    ...(nextCursor !== undefined && { nextCursor }),
    Resources: [...resources],
  };
}
