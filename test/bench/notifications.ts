import type { Tell } from './figures.ts';
import { benchLatency } from './notification-latency.ts';
import { benchPosts } from './notification-posts.ts';
import { benchStorm } from './notification-storm.ts';

/** From a change in the tenant to the application, with no poll by the clock in between. */
export async function benchNotifications(tell: Tell): Promise<void> {
  await benchLatency(tell);
  await benchPosts(tell);
  await benchStorm(tell);
}
