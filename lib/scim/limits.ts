/** What `/ServiceProviderConfig` promises, and whatever does the work keeps to. */
export const SCIM_LIMITS = {
  /** Resources in one answer. */
  mostResults: 1_000,
  /** Resources in one answer where the client does not say. */
  defaultResults: 100,
  /** Operations in one bulk request. */
  mostOperations: 1_000,
  /** Bytes of a body. */
  mostBytes: 1_048_576,
  /** How long a cursor can be gone on with. */
  cursorSeconds: 3_600,
} as const;
