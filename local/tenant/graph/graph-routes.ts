import type { Answering } from './answer-call.ts';
import { deltaRoutes } from './delta-routes.ts';
import type { Route } from './route.ts';

/** Every operation that this tenant answers. */
export function graphRoutes(answering: Answering): readonly Route[] {
  const { world } = answering;
  return [...deltaRoutes(world)];
}
