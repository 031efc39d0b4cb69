import { randomBytes } from 'node:crypto';
import type { StoredWatch } from '../../ports/connections.ts';
import type { Notifications } from '../../ports/entra.ts';
import type { Services } from '../../ports.ts';
import { expiryFrom, type Watch } from '../../sync/subscription.ts';

type Needs = Pick<Services, 'clock' | 'log' | 'secrets' | 'watches'>;

/**
 * Makes a subscription in place of the strays. Its secret and the intention are saved first:
 * notifications may come before the answer does, and of two workers only one goes on.
 */
export async function subscribe(
  needs: Needs,
  graph: Notifications,
  watch: StoredWatch,
  strays: readonly string[],
): Promise<StoredWatch> {
  const now = needs.clock.now();
  const { tenantId, resource } = watch;
  const secretName = `subscription-${resource}-${randomBytes(12).toString('hex')}`;
  const clientState = randomBytes(32).toString('base64url');
  await needs.secrets.set(secretName, clientState);
  const { former, outdated } = replaced(watch);
  const begun: Watch = { ...watch, former, current: { id: null, secretName } };
  const saved = await needs.watches.save(begun, watch.version).catch(async (error: unknown) => {
    await needs.secrets.remove(secretName);
    throw error;
  });
  if (outdated) await needs.secrets.remove(outdated.secretName);
  for (const id of strays) await graph.unsubscribe(id);
  const made = await graph.subscribe({
    resource,
    notificationUrl: watch.notificationUrl ?? '',
    clientState,
    expiresAt: expiryFrom(now),
  });
  needs.log.info('subscribed to notifications', { tenantId, resource });
  const current = { id: made.id, secretName };
  return { ...saved, current, expiresAt: made.expiresAt, touchedAt: now };
}

/** The last one that was really made stays known; one that never was has no use any more. */
function replaced({
  current,
  former,
}: Watch): Pick<Watch, 'former'> & { outdated: Watch['former'] } {
  const wasMade = current !== null && current.id !== null;
  return wasMade ? { former: current, outdated: former } : { former, outdated: current };
}
