import { z } from 'zod';
import { type Answering, answerCall } from './answer-call.ts';
import { type GraphAnswer, type GraphCall, ok, parseTarget } from './graph-call.ts';
import { badRequest } from './graph-error.ts';
import type { Route } from './route.ts';

const itemSchema = z.object({
  id: z.string(),
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
type Item = z.infer<typeof itemSchema>;

const MOST_ITEMS = 20;
const bodySchema = z.object({ requests: z.array(itemSchema).min(1).max(MOST_ITEMS) });

/** Several requests in one (Graph docs: JSON batching). The batch itself costs nothing. */
export function batchRoutes(answering: () => Answering): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: '$batch',
      roles: [],
      units: 0,
      isRead: true,
      handle: (call) => answerBatch(answering(), call),
    },
  ];
}

async function answerBatch(answering: Answering, call: GraphCall): Promise<GraphAnswer> {
  const body = bodySchema.safeParse(call.body);
  if (!body.success) throw badRequest('Invalid batch payload format.');
  const items = body.data.requests.map((item) => ({ ...item, ...targetOf(item) }));
  checkItems(items);
  const answers = new Map<string, GraphAnswer>();
  for (const item of items) {
    const isBlocked = item.dependsOn?.some((id) => (answers.get(id)?.status ?? 500) >= 400);
    answers.set(
      item.id,
      isBlocked === true ? failedDependency : await answerItem(answering, call, item),
    );
  }
  return ok({ responses: shuffled(answering, [...answers]).map(shownAnswer) });
}

function checkItems(items: readonly Item[]): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (seen.has(item.id)) throw badRequest(`Batch request id '${item.id}' is not unique.`);
    const isAhead = item.dependsOn?.some((id) => !seen.has(id));
    if (isAhead === true) throw badRequest(`Batch request '${item.id}' depends on an unknown one.`);
    const isTyped = Object.keys(item.headers ?? {}).some((name) => /^content-type$/i.test(name));
    if (item.body !== undefined && item.body !== null && !isTyped) {
      throw badRequest(`Batch request '${item.id}' has a body but no Content-Type header.`);
    }
    seen.add(item.id);
  }
}

const failedDependency: GraphAnswer = {
  status: 424,
  body: { error: { code: 'FailedDependency', message: 'A request this one depends on failed.' } },
};

type Target = ReturnType<typeof parseTarget>;

/** Throws GraphError 400 before any request is carried out. */
function targetOf({ id, url }: Item): Target {
  const target = parsedTarget(url);
  if (target === undefined) throw badRequest(`Batch request '${id}' has no valid URL.`);
  if (target.segments[0]?.toLowerCase() === '$batch') throw badRequest('Batches cannot be nested.');
  return target;
}

/** Batched requests have relative URLs (Graph docs: JSON batching). */
function parsedTarget(url: string): Target | undefined {
  if (URL.canParse(url)) return undefined;
  try {
    return parseTarget(url);
  } catch {
    return undefined;
  }
}

async function answerItem(
  answering: Answering,
  call: GraphCall,
  item: Item & Target,
): Promise<GraphAnswer> {
  const { segments, query } = item;
  answering.stats.batchItem();
  const headers = Object.fromEntries(
    Object.entries(item.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return answerCall(answering, {
    segments,
    query,
    headers,
    method: item.method,
    body: item.body ?? undefined,
    caller: call.caller,
    origin: call.origin,
    isBatched: true,
  });
}

/** Answers come in any order. */
function shuffled<T>({ world }: Answering, entries: T[]): T[] {
  for (let place = entries.length - 1; place > 0; place -= 1) {
    const other = world.random.below(place + 1);
    const [a, b] = [entries[place] as T, entries[other] as T];
    entries[place] = b;
    entries[other] = a;
  }
  return entries;
}

function shownAnswer([id, answer]: readonly [string, GraphAnswer]): object {
  const type = answer.body === undefined ? {} : { 'Content-Type': 'application/json' };
  return {
    id,
    status: answer.status,
    headers: { ...type, ...answer.headers },
    body: answer.body ?? null,
  };
}
