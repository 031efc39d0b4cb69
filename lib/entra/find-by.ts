import { z } from 'zod';
import { AppError } from '../errors.ts';
import { chunks } from '../sync/chunks.ts';
import type { Kind } from '../sync/entry.ts';
import { REQUESTS_A_BATCH } from './batch-round.ts';
import type { Graph } from './client.ts';
import { COLLECTION } from './collection.ts';
import { equalTo, isFilterable } from './filter-text.ts';
import { followingPages } from './following-pages.ts';
import { answerError, type GraphAnswer } from './graph-error.ts';
import { isGuid } from './guid.ts';
import { parseAnswer } from './parse-answer.ts';

/** Of an extension attribute; all others are shorter (Graph docs: user resource type). */
const LONGEST_VALUE = 1_024;

/** The most that are told of one value: one would do, two say that it is not unique. */
const MOST_FOUND = 5;

/**
 * Properties of users that only advanced queries filter by, whatever the operator (Graph docs:
 * advanced query capabilities); so do those that are parts of others.
 */
const ADVANCED: ReadonlySet<string> = new Set([
  'companyName',
  'employeeType',
  'mobilePhone',
  'officeLocation',
  'onPremisesImmutableId',
  'onPremisesSamAccountName',
  'postalCode',
  'preferredLanguage',
  'streetAddress',
]);

const FOUND_PAGE = z.object({
  value: z.array(z.object({ id: z.string().refine(isGuid) })),
  '@odata.nextLink': z.string().optional(),
});

type Found = readonly { readonly id: string }[];

/**
 * Objects by values of a property, 20 a request; see `findBy` of the ports.
 * @throws AppError as `Graph.send`; `bad-configuration` where the property is none
 */
export async function findBy(
  graph: Graph,
  { kind, property }: { readonly kind: Kind; readonly property: string },
  values: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const isAdvanced = checkedProperty(property).includes('/') || ADVANCED.has(property);
  const found = new Map<string, Found>(values.map((value) => [value, []]));
  const askable = [...found.keys()].filter((value) => isFilterable(value, LONGEST_VALUE));
  const pathOf = (value: string) =>
    `${COLLECTION[kind]}?$filter=${equalTo(property, value)}&$select=id${isAdvanced ? '&$count=true' : ''}`;
  for (const asked of chunks(askable, REQUESTS_A_BATCH)) {
    const answers = await graph.sendBatch(asked.map(pathOf), isAdvanced);
    for (const [place, answer] of answers.entries())
      found.set(asked[place] ?? '', await objectsIn(graph, answer, isAdvanced));
  }
  return found;
}

/** @throws AppError `bad-configuration` */
function checkedProperty(property: string): string {
  if (/^\w{1,100}(\/\w{1,100})?$/.test(property)) return property;
  throw new AppError('bad-configuration', 'nothing of Entra can be found by such a property');
}

async function objectsIn(graph: Graph, answer: GraphAnswer, isAdvanced: boolean): Promise<Found> {
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  const first = parseAnswer(FOUND_PAGE, answer.body);
  const found = new Set<string>();
  for await (const objects of followingPages(graph, FOUND_PAGE, first, isAdvanced)) {
    for (const { id } of objects) found.add(id);
    if (found.size >= MOST_FOUND) break;
  }
  return [...found].slice(0, MOST_FOUND).map((id) => ({ id }));
}
