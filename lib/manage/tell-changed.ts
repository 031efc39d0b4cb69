import type { StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import { isAutomatic, isPush } from '../sync/connection.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import type { Call } from './manage.ts';
import { pollWritten } from './poll-written.ts';
import { turnsExportOn } from './require-plan.ts';

/**
 * Has new settings take hold at once, not when the clock says so.
 * @param isJudgedAnew whether rules were given, be it the same ones
 */
export async function tellChanged(
  { services }: Call,
  before: StoredConnection,
  { saved, isJudgedAnew }: { readonly saved: StoredConnection; readonly isJudgedAnew: boolean },
): Promise<void> {
  if (!saved.enabled) return;
  const { id: connectionId } = saved;
  const automatic = isAutomatic(saved);
  if (automatic !== isAutomatic(before) && !isPush(saved))
    await services.bus.send('polls', [toPoll({ connectionId, reason: 'tend' })]);
  // Where nothing is read by itself, all of it comes with the next run that somebody asks for.
  if (!automatic) return;
  if (!isAutomatic(before))
    await services.bus.send('polls', [toPoll({ connectionId, reason: 'enabled' })]);
  if (!isJudgedAnew) return;
  await services.bus.send('polls', [toPoll({ connectionId, reason: 'rules' })]);
  if (turnsExportOn(before, rulesOf(saved).settings)) await pollWritten(services, connectionId);
}
