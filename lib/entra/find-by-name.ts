import { z } from 'zod';
import type { Named } from '../ports/entra.ts';
import { chunks } from '../sync/chunks.ts';
import type { Kind } from '../sync/entry.ts';
import { REQUESTS_A_BATCH } from './batch-round.ts';
import type { Graph } from './client.ts';
import { COLLECTION } from './collection.ts';
import { equalTo, isFilterable } from './filter-text.ts';
import { followingPages } from './following-pages.ts';
import { foundBody } from './found-body.ts';
import { answerError, type GraphAnswer } from './graph-error.ts';
import { isGuid } from './guid.ts';
import { ofEntra } from './of-entra.ts';
import { parseAnswer } from './parse-answer.ts';
import { checkSameId } from './read-by-id.ts';

/** The most that are told of one name: whoever has to choose another needs no more. */
const MOST_NAMED = 5;

/** Of a display name; sign-in names are shorter (Graph docs: user resource type). */
const LONGEST_NAME = 256;

const NAME = { user: 'userPrincipalName', group: 'displayName' } as const;
/** A property that a kind does not have is refused, so groups are asked for one less. */
const SELECT = { user: 'id,displayName,userPrincipalName', group: 'id,displayName' } as const;

const FOUND = z.object({
  id: z.string().min(1).max(128),
  // Null where a permission is missing.
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});
type Found = z.infer<typeof FOUND>;

const FOUND_PAGE = z.object({
  value: z.array(FOUND),
  '@odata.nextLink': z.string().optional(),
});

/** Objects by what an administrator calls them, 20 a request; see `named` of the ports. */
export async function findByName(
  graph: Graph,
  kind: Kind,
  texts: readonly string[],
): Promise<Map<string, readonly Named[]>> {
  const found = new Map<string, readonly Named[]>(texts.map((text) => [text, []]));
  const askable = [...found.keys()].filter((text) => isFilterable(text, LONGEST_NAME));
  try {
    for (const asked of chunks(askable, REQUESTS_A_BATCH)) {
      const answers = await graph.sendBatch(asked.map((text) => pathOf(kind, text)));
      for (const [place, answer] of answers.entries()) {
        const text = asked[place] ?? '';
        const those = await objectsIn(graph, kind, { text, answer });
        found.set(
          text,
          those.map((object) => namedOf(kind, object)),
        );
      }
    }
    return found;
  } catch (error) {
    throw ofEntra(error);
  }
}

function pathOf(kind: Kind, text: string): string {
  if (isGuid(text)) return `${COLLECTION[kind]}/${text}?$select=${SELECT[kind]}`;
  return `${COLLECTION[kind]}?$filter=${equalTo(NAME[kind], text)}&$select=${SELECT[kind]}`;
}

async function objectsIn(
  graph: Graph,
  kind: Kind,
  { text, answer }: { readonly text: string; readonly answer: GraphAnswer },
): Promise<readonly Found[]> {
  if (!isGuid(text))
    return objectsNamed(graph, answer, (object) => isSame(object[NAME[kind]], text));
  const object = foundBody(FOUND, answer);
  if (!object) return [];
  checkSameId(text, object);
  return [object];
}

async function objectsNamed(
  graph: Graph,
  answer: GraphAnswer,
  isMeant: (object: Found) => boolean,
): Promise<readonly Found[]> {
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  const meant = new Map<string, Found>();
  const first = parseAnswer(FOUND_PAGE, answer.body);
  for await (const objects of followingPages(graph, FOUND_PAGE, first)) {
    for (const object of objects) if (isMeant(object)) meant.set(object.id, object);
    if (meant.size >= MOST_NAMED) break;
  }
  return [...meant.values()].slice(0, MOST_NAMED);
}

/**
 * Graph compares without case; how it folds beyond that is not documented, and rules must not end up
 * with a group that is called otherwise.
 */
function isSame(name: string | null | undefined, asked: string): boolean {
  const folded = (text: string) => text.normalize('NFC').toLowerCase();
  return typeof name === 'string' && folded(name) === folded(asked);
}

function namedOf(kind: Kind, { id, displayName, userPrincipalName }: Found): Named {
  const isNamed = kind === 'user' && typeof userPrincipalName === 'string';
  return { id, displayName: displayName ?? '', ...(isNamed && { userPrincipalName }) };
}
