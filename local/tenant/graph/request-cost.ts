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
  const top = Number(call.query.get('$top') ?? Number.NaN);
  const selects = call.query.has('$select') ? 1 : 0;
  const expands = call.query.has('$expand') ? 1 : 0;
  const small = top < 20 ? 1 : 0;
  const units = Math.max(1, (route.units ?? 1) - selects + expands - small);
  return { units, isWrite: route.method !== 'GET' && route.isRead !== true };
}
