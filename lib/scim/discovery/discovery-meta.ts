/**
 * The `meta` of what a service tells of itself: without times, since these documents change with the
 * software (RFC 7643 section 3.1).
 */
export interface DiscoveryMeta {
  readonly resourceType: string;
  readonly location: string;
}
