import { z } from 'zod';
import { LIFECYCLE_EVENTS } from '../subscriptions/notification.ts';
import { type Subscription, shownSubscription } from '../subscriptions/subscription.ts';
import {
  type ControlAnswer,
  ControlError,
  type ControlRequest,
  type ControlWorld,
} from './control.ts';

const eventSchema = z.strictObject({ event: z.enum(LIFECYCLE_EVENTS) });

function subject({ world }: ControlWorld, { segments }: ControlRequest): Subscription {
  const id = segments[1] ?? '';
  const found = world.subscriptions.book.get(id);
  if (found === undefined) throw new ControlError(404, `There is no subscription '${id}'.`);
  return found;
}

/** Those of all applications, with when their authorization ends. */
export function listSubscriptions({ world }: ControlWorld): ControlAnswer {
  const value = world.subscriptions.book.all().map((subscription) => ({
    ...shownSubscription(subscription),
    authorizedUntil: new Date(subscription.authorizedUntil).toISOString(),
  }));
  return { status: 200, body: { value } };
}

/** Sends `{event}`; a subscription that is told to be removed is. */
export function tellLifecycle(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const subscription = subject(control, request);
  const { event } = eventSchema.parse(request.body);
  if (subscription.lifecycleNotificationUrl === null) {
    throw new ControlError(409, `'${subscription.id}' has no lifecycleNotificationUrl.`);
  }
  control.world.subscriptions.notifier.tell(subscription, event);
  if (event === 'subscriptionRemoved') remove(control, subscription);
  return { status: 204 };
}

/** Without a word, as it can happen to subscriptions of users and groups. */
export function loseSubscription(control: ControlWorld, request: ControlRequest): ControlAnswer {
  remove(control, subject(control, request));
  return { status: 204 };
}

function remove({ world }: ControlWorld, subscription: Subscription): void {
  world.subscriptions.book.remove(subscription);
  world.subscriptions.reminders.stop(subscription);
}
