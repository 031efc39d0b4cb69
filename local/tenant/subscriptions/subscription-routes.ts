import { isLive } from '../directory/directory-object.ts';
import {
  created,
  type GraphAnswer,
  type GraphCall,
  noContent,
  ok,
  type Params,
} from '../graph/graph-call.ts';
import { accessDenied, GraphError, notFound } from '../graph/graph-error.ts';
import { holdsAny, SUBSCRIBE } from '../graph/permissions.ts';
import type { Route } from '../graph/route.ts';
import type { TenantWorld } from '../graph/tenant-world.ts';
import { shakeHands } from './handshake.ts';
import { type Subscription, shownSubscription } from './subscription.ts';
import {
  type ExpiryTerms,
  type WantedSubscription,
  wantedChange,
  wantedSubscription,
} from './subscription-request.ts';
import type { WatchedResource } from './watched-resource.ts';

/** Renewing in both ways within this time is forbidden (Graph docs: lifecycle notifications). */
const APART_MS = 10 * 60_000;

/** Subscriptions to users and groups; an application sees its own only. */
export function subscriptionRoutes(world: TenantWorld): readonly Route[] {
  const all = { pattern: 'subscriptions', roles: [] };
  const one = { pattern: 'subscriptions/{id}', roles: [] };
  return [
    { ...all, method: 'GET', handle: (call) => listSubscriptions(world, call) },
    { ...all, method: 'POST', handle: (call) => createSubscription(world, call) },
    { ...one, method: 'GET', handle: (call, params) => getSubscription(world, call, params) },
    { ...one, method: 'PATCH', handle: (call, params) => changeSubscription(world, call, params) },
    { ...one, method: 'DELETE', handle: (call, params) => deleteSubscription(world, call, params) },
    {
      ...one,
      method: 'POST',
      pattern: 'subscriptions/{id}/reauthorize',
      handle: (call, params) => reauthorize(world, call, params),
    },
  ];
}

function listSubscriptions(world: TenantWorld, call: GraphCall): GraphAnswer {
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#subscriptions`,
    value: world.subscriptions.book.ofApp(call.caller.appId).map(shownSubscription),
  });
}

function getSubscription(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  return ok(shownAlone(call, ownSubscription(world, call, params)));
}

const expiryTerms = ({ clock, openPoints }: TenantWorld): ExpiryTerms => ({
  now: clock.now(),
  tooLongCode: openPoints.tooLongSubscriptionCode,
});

async function createSubscription(world: TenantWorld, call: GraphCall): Promise<GraphAnswer> {
  const wanted = wantedSubscription(call.body, expiryTerms(world));
  checkPermission(call, wanted.watched);
  checkObject(world, wanted.watched);
  checkRoom(world, call, wanted);
  const { notificationUrl, lifecycleNotificationUrl } = wanted;
  const urls = [notificationUrl, ...(lifecycleNotificationUrl ? [lifecycleNotificationUrl] : [])];
  await shakeHands(world.subscriptions, urls);
  // Another request may have been faster.
  checkRoom(world, call, wanted);
  const subscription: Subscription = {
    ...wanted,
    id: world.random.guid(),
    appId: call.caller.appId,
    authorizedUntil: call.caller.authorizedUntil,
  };
  world.subscriptions.book.add(subscription);
  world.subscriptions.reminders.restart(subscription);
  return created(shownAlone(call, subscription));
}

/** Both ways of renewing authorize too; a new address must agree first. */
async function changeSubscription(
  world: TenantWorld,
  call: GraphCall,
  params: Params,
): Promise<GraphAnswer> {
  const wanted = wantedChange(call.body, expiryTerms(world));
  const subscription = ownSubscription(world, call, params);
  checkPermission(call, subscription.watched);
  if (wanted.notificationUrl !== undefined) {
    await shakeHands(world.subscriptions, [wanted.notificationUrl]);
    ownSubscription(world, call, params);
  }
  subscription.notificationUrl = wanted.notificationUrl ?? subscription.notificationUrl;
  subscription.expiresAt = wanted.expiresAt ?? subscription.expiresAt;
  subscription.patchedAt = world.clock.now();
  authorize(world, call, { subscription, otherwiseAt: subscription.reauthorizedAt });
  return ok(shownAlone(call, subscription));
}

function reauthorize(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const subscription = ownSubscription(world, call, params);
  checkPermission(call, subscription.watched);
  subscription.reauthorizedAt = world.clock.now();
  authorize(world, call, { subscription, otherwiseAt: subscription.patchedAt });
  return noContent;
}

function deleteSubscription(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const subscription = ownSubscription(world, call, params);
  world.subscriptions.book.remove(subscription);
  world.subscriptions.reminders.stop(subscription);
  return noContent;
}

function shownAlone(call: GraphCall, subscription: Subscription): object {
  return {
    '@odata.context': `${call.origin}/v1.0/$metadata#subscriptions/$entity`,
    ...shownSubscription(subscription),
  };
}

/** Throws GraphError 404 also for what is another application's, or has expired. */
function ownSubscription(world: TenantWorld, call: GraphCall, params: Params): Subscription {
  const found = world.subscriptions.book.get(params.id ?? '');
  if (found?.appId === call.caller.appId) return found;
  throw new GraphError(404, ['ResourceNotFound', 'The object was not found.']);
}

/** `otherwiseAt` is when it was last renewed in the other way. */
function authorize(
  world: TenantWorld,
  call: GraphCall,
  renewed: { readonly subscription: Subscription; readonly otherwiseAt: number | undefined },
): void {
  const { subscription, otherwiseAt = Number.NEGATIVE_INFINITY } = renewed;
  const { reminders, stats } = world.subscriptions;
  if (world.clock.now() - otherwiseAt < APART_MS) stats.add('violations');
  subscription.authorizedUntil = call.caller.authorizedUntil;
  reminders.restart(subscription);
}

/** A permission to write does not stand for the one to read (Graph docs: create subscription). */
function checkPermission({ caller }: GraphCall, { kind }: WatchedResource): void {
  if (!holdsAny(caller, SUBSCRIBE[kind])) throw accessDenied();
}

function checkObject({ directory }: TenantWorld, { kind, id }: WatchedResource): void {
  if (id === undefined) return;
  const object = directory.get(id);
  if (object?.kind !== kind || !isLive(object.state)) throw notFound(id);
}

/** Throws GraphError 409 for a subscription that exists, 403 for one too many. */
function checkRoom(
  { subscriptions }: TenantWorld,
  { caller }: GraphCall,
  wanted: WantedSubscription,
): void {
  const own = subscriptions.book.ofApp(caller.appId);
  const twin = own.find(
    ({ watched, changeTypes }) =>
      watched.key === wanted.watched.key &&
      String([...changeTypes]) === String([...wanted.changeTypes]),
  );
  if (twin !== undefined) {
    const message = `Subscription Id ${twin.id} already exists for the requested combination`;
    throw new GraphError(409, ['Conflict', message]);
  }
  const most = subscriptions.settings.subscriptionsPerApp;
  if (own.length >= most) {
    const message = `The application has reached its limit of ${String(most)} subscriptions per tenant.`;
    throw new GraphError(403, ['Forbidden', message]);
  }
}
