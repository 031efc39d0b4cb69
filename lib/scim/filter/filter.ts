import type { AttributePath } from '../path/attribute-path.ts';

/** The operators of RFC 7644 table 3 that compare with a value. */
export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A value in the type of the attribute that it is compared with; null = no value. */
export type FilterValue = string | number | boolean | null;

/** An attribute compared with a value. */
export interface Comparison {
  readonly kind: 'compare';
  /** Of a complex attribute the `value` that it stands for: `manager` is `manager.value`. */
  readonly path: AttributePath;
  readonly operator: Operator;
  readonly value: FilterValue;
}

/** A filter whose attributes are those of a schema (RFC 7644 section 3.4.2.2). */
export type Filter =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  /** `emails[…]`: one of the values meets all of the filter, whose paths begin at the value. */
  | { readonly kind: 'element'; readonly path: AttributePath; readonly filter: Filter };
