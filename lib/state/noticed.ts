import type { KnownSecret, Noted, Noticed, StoredWatch, Watches } from '../ports/connections.ts';
import type { Clock, Log, Secrets } from '../ports/platform.ts';
import { putLast } from '../sync/put-last.ts';

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly watches: Watches;
}

const REMEMBERED_MILLISECONDS = 10_000;
/** A stranger's subscription makes the tenant's be read again, but not with every call. */
const RELOADED_MILLISECONDS = 1_000;
const WRITTEN_MILLISECONDS = 60_000;
/** Anybody can call under any tenant's name. */
const MOST_TENANTS = 1_000;
const MOST_DROPS = 20;

interface Remembered {
  readonly at: number;
  readonly known: Promise<readonly KnownSecret[]>;
}

/** Opens a worker's memory of subscriptions. */
export function openNoticed(needs: Needs): Noticed {
  const tenants = new Map<string, Remembered>();
  const arrivals = new Map<string, { watch: StoredWatch; at: number }>();
  const drops = new Map<string, number>();
  let writtenAt = 0;

  const load = (tenantId: string) => {
    const remembered = { at: needs.clock.now(), known: knownOf(needs, tenantId) };
    putLast(tenants, { key: tenantId, value: remembered, most: MOST_TENANTS });
    remembered.known.catch(() => tenants.delete(tenantId));
    return remembered;
  };
  const fitting = async ({ known }: Remembered, subscriptionId: string) =>
    (await known).filter(
      (one) => one.subscriptionId === subscriptionId || one.subscriptionId === null,
    );

  return {
    find: async (tenantId, subscriptionId) => {
      const now = needs.clock.now();
      const remembered = tenants.get(tenantId);
      const fresh = remembered && now - remembered.at < REMEMBERED_MILLISECONDS;
      const first = fresh ? remembered : load(tenantId);
      const found = await fitting(first, subscriptionId);
      const isNamed = found.some((one) => one.subscriptionId === subscriptionId);
      if (isNamed || now - first.at < RELOADED_MILLISECONDS) return found;
      return fitting(load(tenantId), subscriptionId);
    },
    came: (watch, at) => {
      arrivals.set(`${watch.tenantId} ${watch.clientId} ${watch.resource}`, { watch, at });
    },
    dropped: (tenantId, count) => {
      if (drops.size >= MOST_DROPS && !drops.has(tenantId)) return;
      drops.set(tenantId, (drops.get(tenantId) ?? 0) + count);
    },
    write: async (now) => {
      if (now - writtenAt < WRITTEN_MILLISECONDS) return;
      writtenAt = now;
      const came = [...arrivals.values()];
      const lost = new Map(drops);
      arrivals.clear();
      drops.clear();
      try {
        await writeDown(needs, came, lost);
      } catch {
        // The next minute has newer ones; Graph must get its answer.
        needs.log.warn('what came in could not be written down');
      }
    },
  };
}

async function knownOf(
  { watches, secrets }: Needs,
  tenantId: string,
): Promise<readonly KnownSecret[]> {
  const found: KnownSecret[] = [];
  for (const watch of await watches.of(tenantId)) {
    for (const subscribed of [watch.current, watch.former]) {
      const clientState = subscribed && (await secrets.get(subscribed.secretName));
      if (clientState) found.push({ watch, subscriptionId: subscribed.id, clientState });
    }
  }
  return found;
}

async function writeDown(
  { log, watches }: Needs,
  came: readonly { watch: StoredWatch; at: number }[],
  lost: ReadonlyMap<string, number>,
): Promise<void> {
  const touched = new Map(came.map(({ watch, at }) => [watch, at] as const));
  for (const [tenantId, dropped] of lost) {
    log.warn('notifications dropped', { tenantId, dropped });
    for (const watch of await watches.of(tenantId))
      if (![...touched.keys()].some((one) => isSame(one, watch))) touched.set(watch, 0);
  }
  for (const [watch, at] of touched) {
    const before = await watches.noted(watch);
    const notifiedAt = at > 0 ? at : before.notifiedAt;
    // Nobody knows whose a dropped item was: it is counted with each of its tenant's.
    const noted: Noted = { notifiedAt, dropped: before.dropped + (lost.get(watch.tenantId) ?? 0) };
    await watches.note(watch, noted);
  }
}

function isSame(a: StoredWatch, b: StoredWatch): boolean {
  return a.tenantId === b.tenantId && a.clientId === b.clientId && a.resource === b.resource;
}
