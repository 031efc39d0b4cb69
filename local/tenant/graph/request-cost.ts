import type { GraphCall } from './graph-call.ts';
import type { Route } from './route.ts';

/** What a request counts against the limits. */
export interface RequestCost {
  readonly units: number;
  readonly isWrite: boolean;
}

/**
 * Resource units of identity requests: the operation's base cost, one less with `$select`, one
 * more with `$expand`, one less with a `$top` under 20, and never under 1 (Graph docs: throttling
 * limits, identity and access).
 */
export function costOf(route: Route, call: GraphCall): RequestCost {
  return { units: unitsOf(route, call), isWrite: route.method !== 'GET' && route.isRead !== true };
}

function unitsOf(route: Route, { query }: GraphCall): number {
  const base = route.units ?? 1;
  if (base === 0) return 0;
  const selected = query.has('$select') ? (route.unitsWithSelect ?? base - 1) : base;
  const expanded = query.has('$expand') ? selected + 1 : selected;
  const top = Number(query.get('$top') ?? Number.NaN);
  return Math.max(1, top < 20 ? expanded - 1 : expanded);
}
