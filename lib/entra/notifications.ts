import type { GraphSubscription, Notifications, WantedSubscription } from '../ports/entra.ts';
import { type Graph, type GraphOptions, openGraph } from './client.ts';
import { graphUrl } from './graph-base.ts';
import { answerError, errorCodeOf, type GraphAnswer } from './graph-error.ts';
import { listSubscriptions } from './list-subscriptions.ts';
import { parseAnswer } from './parse-answer.ts';
import { checkSameId } from './read-by-id.ts';
import { SUBSCRIPTION } from './subscription.ts';

/** Creations and soft deletions are told as updates (Graph docs: subscription, changeType). */
const CHANGE_TYPES = 'updated,deleted';

/** Opens the change notifications of an Entra tenant. */
export function openNotifications(options: GraphOptions): Notifications {
  const graph = openGraph(options);
  return {
    subscribe: (wanted) => subscribe(graph, wanted),
    find: async (id) => stillThere(id, await graph.send({ url: addressOf(graph, id) })),
    list: () => listSubscriptions(graph),
    renew: (id, change) => renew(graph, id, change),
    unsubscribe: (id) => unsubscribe(graph, id),
  };
}

/**
 * Sent once only: where its answer is lost the subscription may be there, and a second would meet
 * 409 as if another had been first.
 */
async function subscribe(graph: Graph, wanted: WantedSubscription): Promise<GraphSubscription> {
  const { resource, notificationUrl, clientState, expiresAt } = wanted;
  const answer = await graph.send({
    method: 'POST',
    url: graphUrl(graph.base, '/subscriptions'),
    body: {
      changeType: CHANGE_TYPES,
      resource,
      notificationUrl,
      lifecycleNotificationUrl: notificationUrl,
      clientState,
      expirationDateTime: new Date(expiresAt).toISOString(),
    },
    repeatable: false,
  });
  if (answer.status !== 201) throw refusedWish(answer);
  return parseAnswer(SUBSCRIPTION, answer.body);
}

/**
 * A change of the expiry authorizes anew as well, and the request that does only that must keep 10
 * minutes away from this one (Graph docs: lifecycle notifications); so it is never sent.
 */
async function renew(
  graph: Graph,
  id: string,
  change: Parameters<Notifications['renew']>[1],
): Promise<GraphSubscription | undefined> {
  const { expiresAt, notificationUrl } = change;
  const answer = await graph.send({
    method: 'PATCH',
    url: addressOf(graph, id),
    body: {
      expirationDateTime: new Date(expiresAt).toISOString(),
      ...(notificationUrl !== undefined && { notificationUrl }),
    },
  });
  return stillThere(id, answer);
}

async function unsubscribe(graph: Graph, id: string): Promise<void> {
  const answer = await graph.send({ method: 'DELETE', url: addressOf(graph, id) });
  if (answer.status !== 204 && !isGone(answer)) throw answerError('bad-answer', answer);
}

function addressOf(graph: Graph, id: string): string {
  return graphUrl(graph.base, `/subscriptions/${encodeURIComponent(id)}`);
}

/** The subscription that an answer shows, undefined where it says that there is none. */
function stillThere(id: string, answer: GraphAnswer): GraphSubscription | undefined {
  if (isGone(answer)) return undefined;
  if (answer.status !== 200) throw refusedWish(answer);
  const subscription = parseAnswer(SUBSCRIPTION, answer.body);
  checkSameId(id, subscription);
  return subscription;
}

/**
 * The code beside the 404 is not documented here, so any will do; but one there must be, as a 404
 * may also come from something on the way. Taking a living one for gone costs a 409 at most.
 */
function isGone(answer: GraphAnswer): boolean {
  return answer.status === 404 && errorCodeOf(answer) !== undefined;
}

/** What a 4xx says about what was asked for; 403, also for a quota, was dealt with before. */
function refusedWish(answer: GraphAnswer) {
  if (answer.status === 409) return answerError('conflict', answer);
  return answerError(answer.status === 400 ? 'bad-request' : 'bad-answer', answer);
}
