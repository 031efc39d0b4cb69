import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { GraphSubscription } from '../ports/entra.ts';
import type { Graph } from './client.ts';
import { graphUrl, ownLink } from './graph-base.ts';
import { answerError } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';
import { SUBSCRIPTION } from './subscription.ts';

const PAGE = z.object({
  value: z.array(SUBSCRIPTION),
  '@odata.nextLink': z.string().optional(),
});

/**
 * All subscriptions of the application in its tenant, each once: who looks for twins must not take
 * one that two pages show for two.
 * @throws AppError as `Graph.send`, `bad-link`
 */
export async function listSubscriptions(graph: Graph): Promise<readonly GraphSubscription[]> {
  const found = new Map<string, GraphSubscription>();
  const seen = new Set<string>();
  for (let url: string | undefined = graphUrl(graph.base, '/subscriptions'); url !== undefined; ) {
    if (seen.has(url))
      throw new AppError('bad-answer', 'the pages of the subscriptions lead in a circle');
    seen.add(url);
    const answer = await graph.send({ url });
    if (answer.status !== 200) throw answerError('bad-answer', answer);
    const page = parseAnswer(PAGE, answer.body);
    for (const each of page.value) found.set(each.id.toLowerCase(), each);
    const next = page['@odata.nextLink'];
    url = next === undefined ? undefined : ownLink(graph.base, next);
  }
  return [...found.values()];
}
