import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Page } from '../ports/entra.ts';
import type { Item } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { COLLECTION } from './collection.ts';
import { carriesToken, graphUrl, isNextLink, ownLink } from './graph-base.ts';
import { answerError, errorCodeOf, type GraphAnswer } from './graph-error.ts';
import { toItem } from './item.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Reading } from './reading.ts';

const LINKS = {
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
};

/** Codes that mean "start again", compared without case (Graph docs: delta query overview). */
const EXPIRED: ReadonlySet<string> = new Set(['syncstatenotfound', 'resyncrequired']);

/**
 * Reads one page of a kind's changes, or starts from scratch where `link` is null. A page's own
 * link is checked at once, so that a foreign one never gets into a checkpoint.
 * @throws AppError as `ChangeFeed.readPage` of the ports
 */
export async function readPage(graph: Graph, reading: Reading, link: string | null): Promise<Page> {
  const { kind, deltaSelect, deltaItem } = reading;
  const url =
    link === null
      ? graphUrl(graph.base, `${COLLECTION[kind]}/delta`, { $select: deltaSelect })
      : ownLink(graph.base, link);
  const answer = await askTwiceIfRefused(graph, url);
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  const page = parseAnswer(z.object({ ...LINKS, value: z.array(deltaItem) }), answer.body);
  const items = page.value.map((said) => toItem(kind, said));
  return pageOf(graph, items, { next: page['@odata.nextLink'], delta: page['@odata.deltaLink'] });
}

/**
 * What Graph answers to a token it cannot read is not documented. A 400 may also pass, so it is
 * asked once more before the round is given up.
 */
async function askTwiceIfRefused(graph: Graph, url: string): Promise<GraphAnswer> {
  const call = { url, lowPriority: !carriesToken(url) || isNextLink(url) };
  const first = await graph.send(call);
  if (isExpired(first)) throw answerError('checkpoint-expired', first);
  if (first.status !== 400 || !carriesToken(url)) return first;
  const second = await graph.send(call);
  if (second.status === 400 || isExpired(second)) throw answerError('checkpoint-expired', second);
  return second;
}

function isExpired(answer: GraphAnswer): boolean {
  if (answer.status === 410) return true;
  if (answer.status !== 400 && answer.status !== 404) return false;
  return EXPIRED.has(errorCodeOf(answer)?.toLowerCase() ?? '');
}

/** Exactly one link: with none the round could not go on, with both it would be unclear how. */
function pageOf(
  graph: Graph,
  items: readonly Item[],
  { next, delta }: { next: string | undefined; delta: string | undefined },
): Page {
  if (next !== undefined && delta === undefined)
    return { items, nextLink: ownLink(graph.base, next) };
  if (delta !== undefined && next === undefined)
    return { items, deltaLink: ownLink(graph.base, delta) };
  const fault = next === undefined ? 'neither a next nor a delta link' : 'both links';
  throw new AppError('bad-answer', `a page of Graph has ${fault}`);
}
