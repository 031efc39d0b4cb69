import type { Verdict } from '../throttling.ts';
import type { GraphCall } from './graph-call.ts';
import type { TenantWorld } from './tenant-world.ts';

/**
 * The headers that tell of the limits. The percentage is only told from 0.8 on (Graph docs:
 * throttling limits, identity).
 */
export function limitHeaders(
  world: TenantWorld,
  call: GraphCall,
  { usage, refusal, units }: Verdict,
): Record<string, string> {
  const rate = world.openPoints.rateLimitHeaders && units ? rateLimitHeaders(units) : {};
  if (usage < 0.8) return rate;
  const share = Math.min(1.8, usage).toFixed(1);
  if (refusal === undefined) return { ...rate, 'x-ms-throttle-limit-percentage': share };
  const side = call.method === 'GET' ? 'Read' : 'ReadWrite';
  return {
    ...rate,
    'x-ms-throttle-limit-percentage': share,
    'x-ms-throttle-scope': `Tenant_Application/${side}/${call.caller.appId}/${world.tenantId}`,
    'x-ms-throttle-information': refusal.information,
  };
}

/** As SharePoint has them; of identity requests nothing is documented. */
function rateLimitHeaders(units: NonNullable<Verdict['units']>): Record<string, string> {
  return {
    'RateLimit-Limit': String(units.limit),
    'RateLimit-Remaining': String(units.left),
    'RateLimit-Reset': String(units.resetSeconds),
  };
}
