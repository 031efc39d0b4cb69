import { randomBytes } from 'node:crypto';
import { AppError, hasCode } from '../errors.ts';
import type {
  GraphSubscription,
  Notifications,
  Services,
  StoredConnection,
  StoredWatch,
} from '../ports.ts';
import {
  expiryFrom,
  isOwnUrl,
  isToRenew,
  movedTo,
  newWatch,
  notificationUrl,
  RESOURCES,
  type Watch,
} from '../sync/subscription.ts';

export type TendNeeds = Pick<
  Services,
  'clock' | 'connections' | 'directories' | 'log' | 'secrets' | 'watches'
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

/**
 * Sees to the subscriptions of one application in one tenant: they are there while a connection is
 * switched on, renewed early, made again where they have vanished, and gone with the last one. A
 * failure is written down and harms nothing: the polling goes on.
 */
export async function tendSubscriptions(
  needs: TendNeeds,
  tenancy: Tenancy,
  occasion: Occasion = {},
): Promise<void> {
  const sharing = await connectionsOf(needs, tenancy, occasion);
  const [any] = sharing;
  const known = (await needs.watches.of(tenancy.tenantId)).filter(
    (watch) => watch.clientId === tenancy.clientId,
  );
  if (!any) return forgetAll(needs, known);
  const graph = needs.directories.notifications(any);
  const on = sharing.filter(({ enabled }) => enabled).map(({ id }) => id);
  if (on.length === 0 && known.length === 0) return;
  const listed = await attempt(() => graph.list());
  for (const resource of RESOURCES) {
    const { tenantId, clientId } = tenancy;
    const watch: StoredWatch = known.find((one) => one.resource === resource) ?? {
      ...newWatch({ tenantId, clientId, resource }),
      version: null,
    };
    if (on.length === 0) await endWatch(needs, graph, watch);
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
      ...page.filter(({ entra }) => entra.tenantId === tenantId && entra.clientId === clientId),
    );
  // The one that is being removed still has the credential that ends its subscriptions.
  return sharing
    .map((one) => (one.id === without ? { ...one, enabled: false } : one))
    .sort((a, b) => Number(b.enabled) - Number(a.enabled));
}

/** What is to be done about one subscription. */
interface Tending {
  readonly watch: StoredWatch;
  /** The connections that are switched on. */
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
    await needs.watches.save({ ...bare(next), problem: null }, next.version);
  } catch (error) {
    // Another worker is at it.
    if (hasCode(error, 'state-changed', 'state-exists')) return;
    if (!(error instanceof AppError)) throw error;
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
  const own = listed.filter(
    (one) => one.resource === watch.resource && isOwnUrl(movedTo(watch, url), one.notificationUrl),
  );
  const found = own.find(({ id }) => id === watch.current?.id);
  const isInPlace = found?.notificationUrl === url && found.lifecycleNotificationUrl === url;
  // Ours, and known to nobody: a crash left it behind, or it calls where we no longer are.
  for (const { id } of own) if (!isInPlace || id !== found.id) await graph.unsubscribe(id);
  if (!isInPlace) return subscribe(needs, graph, movedTo(watch, url), watch.version);
  const now = needs.clock.now();
  const seen = { ...watch, expiresAt: found.expiresAt };
  if (!isToRenew(seen, now, isAsked)) return seen;
  const renewed = await graph.renew(found.id, { expiresAt: expiryFrom(now) });
  if (!renewed) return subscribe(needs, graph, watch, watch.version);
  return { ...seen, expiresAt: renewed.expiresAt, touchedAt: now };
}

/** @throws AppError `bad-configuration` where Graph could not call */
function wantedUrl({ config: { publicUrl } }: TendNeeds, { tenantId }: Watch): string {
  if (!publicUrl?.startsWith('https://'))
    throw new AppError('bad-configuration', 'PUBLIC_URL is not an https address');
  return notificationUrl(publicUrl, tenantId);
}

/**
 * Makes a subscription. Its secret and the intention are saved first: notifications may come before
 * the answer does, and of two workers only one goes on.
 */
async function subscribe(
  needs: TendNeeds,
  graph: Notifications,
  watch: Watch,
  version: string | null,
): Promise<StoredWatch> {
  const now = needs.clock.now();
  const secretName = `subscription-${watch.resource}-${randomBytes(12).toString('hex')}`;
  const clientState = randomBytes(32).toString('base64url');
  await needs.secrets.set(secretName, clientState);
  const former = watch.current ?? watch.former;
  const begun: Watch = { ...bare(watch), former, current: { id: null, secretName } };
  const saved = await needs.watches.save(begun, version);
  const outdated = watch.current ? watch.former : null;
  if (outdated) await needs.secrets.remove(outdated.secretName);
  const made = await graph.subscribe({
    resource: watch.resource,
    notificationUrl: watch.notificationUrl ?? '',
    clientState,
    expiresAt: expiryFrom(now),
  });
  needs.log.info('subscribed to notifications', {
    tenantId: watch.tenantId,
    resource: watch.resource,
  });
  const current = { id: made.id, secretName };
  return { ...saved, current, expiresAt: made.expiresAt, touchedAt: now };
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
  const next = { ...bare(stored ?? watch), connectionIds: watch.connectionIds, problem };
  try {
    await needs.watches.save({ ...next, checkedAt: watch.checkedAt }, stored?.version ?? null);
  } catch (failure) {
    if (!hasCode(failure, 'state-changed', 'state-exists')) throw failure;
  }
}

/** Nobody is to be told any more. */
async function endWatch(needs: TendNeeds, graph: Notifications, watch: StoredWatch): Promise<void> {
  if (watch.version === null) return;
  const id = watch.current?.id;
  const ended = id ? await attempt(() => graph.unsubscribe(id)) : undefined;
  if (ended instanceof AppError) {
    // It calls until it expires, and is not heard.
    const { tenantId, resource } = watch;
    needs.log.warn('a subscription could not be ended', { tenantId, resource, code: ended.code });
  }
  await forgetAll(needs, [watch]);
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

function bare(watch: Watch | StoredWatch): Watch {
  const { version: _, ...own } = { version: null, ...watch };
  return own;
}

/** Every application in every tenant that has subscriptions, or should have some. */
export async function tendAll(needs: TendNeeds): Promise<void> {
  const tenancies = new Map<string, Tenancy>();
  const add = ({ tenantId, clientId }: Tenancy) =>
    tenancies.set(`${tenantId} ${clientId}`, { tenantId, clientId });
  for await (const page of needs.connections.list()) for (const { entra } of page) add(entra);
  for await (const page of needs.watches.all()) page.forEach(add);
  for (const tenancy of tenancies.values()) {
    const failed = await attempt(() => tendSubscriptions(needs, tenancy));
    if (failed instanceof AppError)
      needs.log.warn('subscriptions could not be seen to', {
        tenantId: tenancy.tenantId,
        code: failed.code,
      });
  }
}
