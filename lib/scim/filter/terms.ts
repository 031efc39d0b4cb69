import type { AttributePath } from '../path/attribute-path.ts';
import type { Comparison, Filter } from './filter.ts';

/** One test of a filter, with the path from the resource; no comparison = `pr`. */
export interface Term {
  readonly path: AttributePath;
  readonly term: Comparison | undefined;
}

/** Shows every test of a filter, those in brackets and behind `not` too. */
export function eachTerm(filter: Filter, show: (term: Term) => void): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.filters) eachTerm(part, show);
      return;
    case 'not':
      eachTerm(filter.filter, show);
      return;
    case 'present':
      show({ path: filter.path, term: undefined });
      return;
    case 'compare':
      show({ path: filter.path, term: filter });
      return;
    case 'element': {
      const { extension, attribute } = filter.path;
      eachTerm(filter.filter, ({ path, term }) => {
        show({ path: { extension, attribute, sub: path.attribute }, term });
      });
    }
  }
}
