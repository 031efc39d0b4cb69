import { AppError, hasCode } from '../../errors.ts';
import type { StoredConnection, StoredWatch } from '../../ports/connections.ts';
import type { GraphSubscription, Notifications } from '../../ports/entra.ts';
import type { Services } from '../../ports.ts';
import { isPassing } from '../../sync/alerts/alert-of-error.ts';
import { isAutomatic, isPush } from '../../sync/connection.ts';
import {
  expiryFrom,
  isOwnUrl,
  isToRenew,
  movedTo,
  newWatch,
  notificationUrl,
  RESOURCES,
  type Watch,
} from '../../sync/subscription.ts';
import { raise } from './raise.ts';
import { subscribe } from './subscribe.ts';

export type TendNeeds = Pick<
  Services,
  'alerts' | 'bus' | 'clock' | 'connections' | 'directories' | 'log' | 'secrets' | 'watches'
> & { readonly config: { readonly publicUrl: string | undefined } };

/** One application in one tenant: what its subscriptions belong to. */
export interface Tenancy {
  readonly tenantId: string;
  readonly clientId: string;
}

/** Why the subscriptions are looked at. */
export interface Occasion {
  /** Graph asks for a renewal. */
  readonly isAsked?: boolean;
  /** A connection that is being removed counts no more. */
  readonly without?: string;
}

/** How often it is tried where others see to the same subscriptions at the same time. */
const ATTEMPTS = 3;

/**
 * Sees to the subscriptions of one application in one tenant: they are there while a connection is
 * switched on and read by itself, renewed early, made again where they have vanished, and gone with the last one. A
 * failure is written down and harms nothing: the polling goes on.
 * @throws AppError `state-changed`, `state-exists` where others were faster time and again
 */
export async function tendSubscriptions(
  needs: TendNeeds,
  tenancy: Tenancy,
  occasion: Occasion = {},
): Promise<void> {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await tendOnce(needs, tenancy, occasion);
    } catch (error) {
      // The others may not have known of this connection: what they have made is looked at anew.
      if (left === 0 || !hasCode(error, 'state-changed', 'state-exists')) throw error;
    }
  }
}

async function tendOnce(needs: TendNeeds, tenancy: Tenancy, occasion: Occasion): Promise<void> {
  const sharing = await connectionsOf(needs, tenancy, occasion);
  const [any] = sharing;
  const known = (await needs.watches.of(tenancy.tenantId)).filter(
    (watch) => watch.clientId === tenancy.clientId,
  );
  if (!any) return forgetAll(needs, known);
  const graph = needs.directories.notifications(any);
  const on = sharing.filter((one) => one.enabled && isAutomatic(one)).map(({ id }) => id);
  if (on.length === 0 && known.length === 0) return;
  const listed = await attempt(() => graph.list());
  for (const resource of RESOURCES) {
    const { tenantId, clientId } = tenancy;
    const watch: StoredWatch = known.find((one) => one.resource === resource) ?? {
      ...newWatch({ tenantId, clientId, resource }),
      version: null,
    };
    if (on.length === 0) await endWatch(needs, graph, watch, listed);
    else await tendOne(needs, graph, { watch, on, listed, isAsked: occasion.isAsked === true });
  }
}

async function connectionsOf(
  { connections }: TendNeeds,
  { tenantId, clientId }: Tenancy,
  { without }: Occasion,
): Promise<StoredConnection[]> {
  const sharing: StoredConnection[] = [];
  for await (const page of connections.list())
    sharing.push(
      ...page.filter(
        (one) => !isPush(one) && one.entra.tenantId === tenantId && one.entra.clientId === clientId,
      ),
    );
  // The one that is being removed still has the credential that ends its subscriptions.
  return sharing
    .map((one) => (one.id === without ? { ...one, enabled: false } : one))
    .sort((a, b) => Number(b.enabled) - Number(a.enabled));
}

/** What is to be done about one subscription. */
interface Tending {
  readonly watch: StoredWatch;
  /** The connections that are to be told. */
  readonly on: readonly string[];
  /** What Graph knows of, or why it does not say. */
  readonly listed: readonly GraphSubscription[] | AppError;
  readonly isAsked: boolean;
}

async function tendOne(needs: TendNeeds, graph: Notifications, tending: Tending): Promise<void> {
  const now = needs.clock.now();
  const base = { ...tending.watch, connectionIds: [...tending.on], checkedAt: now };
  try {
    if (tending.listed instanceof AppError) throw tending.listed;
    const next = await bringAbout(needs, graph, base, { ...tending, listed: tending.listed });
    await needs.watches.save({ ...next, problem: null }, next.version);
  } catch (error) {
    const isOvertaken = hasCode(error, 'state-changed', 'state-exists');
    if (isOvertaken || !(error instanceof AppError)) throw error;
    await recordProblem(needs, base, error);
  }
}

/** The subscription as it should be: found, renewed, moved or made. */
async function bringAbout(
  needs: TendNeeds,
  graph: Notifications,
  watch: StoredWatch,
  { listed, isAsked }: { listed: readonly GraphSubscription[]; isAsked: boolean },
): Promise<StoredWatch> {
  const url = wantedUrl(needs, watch);
  const moved = { ...movedTo(watch, url), version: watch.version };
  const own = ownOf(moved, listed);
  const found = own.find(({ id }) => id === watch.current?.id);
  const isHere = found?.notificationUrl === url && found.lifecycleNotificationUrl === url;
  const isInPlace = isHere && (await hasSecret(needs, watch));
  // Ours, and known to nobody: a crash left it behind, or it calls where we no longer are.
  const strays = own.filter(({ id }) => !isInPlace || id !== found.id).map(({ id }) => id);
  if (!isInPlace) return subscribe(needs, graph, moved, strays);
  for (const id of strays) await graph.unsubscribe(id);
  const now = needs.clock.now();
  const seen = { ...watch, expiresAt: found.expiresAt };
  if (!isToRenew(seen, now, isAsked)) return seen;
  const renewed = await graph.renew(found.id, { expiresAt: expiryFrom(now) });
  if (!renewed) return subscribe(needs, graph, watch, []);
  return { ...seen, expiresAt: renewed.expiresAt, touchedAt: now };
}

/** What Graph has at an address that is or was ours; strangers' are left alone. */
function ownOf(watch: Watch, listed: readonly GraphSubscription[]): GraphSubscription[] {
  return listed.filter(
    (one) => one.resource === watch.resource && isOwnUrl(watch, one.notificationUrl),
  );
}

/** Without it nothing that comes can be told from forgeries. */
async function hasSecret({ secrets }: TendNeeds, { current }: Watch): Promise<boolean> {
  return current !== null && (await secrets.get(current.secretName)) !== undefined;
}

/** @throws AppError `bad-configuration` where Graph could not call */
function wantedUrl({ config: { publicUrl } }: TendNeeds, { tenantId }: Watch): string {
  if (!publicUrl?.startsWith('https://'))
    throw new AppError('bad-configuration', 'PUBLIC_URL is not an https address');
  return notificationUrl(publicUrl, tenantId);
}

async function recordProblem(needs: TendNeeds, watch: StoredWatch, error: AppError) {
  const { tenantId, clientId, resource } = watch;
  const since = watch.problem?.since ?? new Date(needs.clock.now()).toISOString();
  const problem = { code: error.code, message: error.message, since };
  needs.log.warn('no notifications; the polling goes on', { tenantId, resource, code: error.code });
  // Making it may have been begun: what is stored by now counts.
  const stored = (await needs.watches.of(tenantId)).find(
    (one) => one.clientId === clientId && one.resource === resource,
  );
  const next = { ...(stored ?? watch), connectionIds: watch.connectionIds, problem };
  await needs.watches.save({ ...next, checkedAt: watch.checkedAt }, stored?.version ?? null);
  const lasting = { code: error.code, since: Date.parse(since) };
  if (error.retryable && isPassing(lasting, needs.clock.now())) return;
  for (const connectionId of watch.connectionIds)
    await raise(needs, connectionId, {
      kind: 'notifications-off',
      at: lasting.since,
      // Connections share it: each is told by a name of its own.
      subject: `${resource}-${connectionId}`,
      audience: 'all',
      reason: error.code,
    });
}

/** Nobody is to be told any more. Where Graph does not hear of it, it is told again later. */
async function endWatch(
  needs: TendNeeds,
  graph: Notifications,
  watch: StoredWatch,
  listed: readonly GraphSubscription[] | AppError,
): Promise<void> {
  if (watch.version === null) return;
  const known = watch.current?.id ? [watch.current.id] : [];
  const ended = await attempt(async () => {
    if (listed instanceof AppError) throw listed;
    const own = ownOf(watch, listed).map(({ id }) => id);
    for (const id of new Set([...known, ...own])) await graph.unsubscribe(id);
  });
  if (!(ended instanceof AppError)) return forgetAll(needs, [watch]);
  const checkedAt = needs.clock.now();
  await recordProblem(needs, { ...watch, connectionIds: [], checkedAt }, ended);
}

async function forgetAll(needs: TendNeeds, watches: readonly StoredWatch[]): Promise<void> {
  for (const watch of watches) {
    for (const secret of [watch.current, watch.former])
      if (secret) await needs.secrets.remove(secret.secretName);
    await needs.watches.remove(watch);
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
