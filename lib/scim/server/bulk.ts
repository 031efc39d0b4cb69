import type { Json } from '../../sync/entry.ts';
import { type Begun, beginCircle, endCircle } from './bulk-circle.ts';
import { type BulkJob, type BulkResult, doOperation } from './bulk-operation.ts';
import { referencesOf } from './bulk-references.ts';
import { type BulkOperation, type BulkRequest, readBulk } from './bulk-schema.ts';
import type { Answer, Provider } from './exchange.ts';

const RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/**
 * Does many operations, one after the other (RFC 7644 section 3.7). One that refers to another's
 * new resource waits for it; of those that wait for each other, one is created first and completed
 * at the end. The answer keeps the order of the request and leaves out what was not done after too
 * many errors.
 */
export async function bulk(
  provider: Provider,
  body: Json,
  perform: BulkJob['perform'],
): Promise<Answer> {
  const request = readBulk(body);
  const results = await inOrderOfNeed({ provider, perform, ids: new Map() }, request);
  const told = [...results].sort(([a], [b]) => a - b).map(([, result]) => result.told);
  return { status: 200, body: { schemas: [RESPONSE_SCHEMA], Operations: told } };
}

/** An operation that is still to be done. */
interface Waiting {
  /** Its place in the request. */
  readonly at: number;
  readonly operation: BulkOperation;
  /** The bulkIds that it refers to. */
  readonly needs: ReadonlySet<string>;
}

type Results = Map<number, BulkResult>;

async function inOrderOfNeed(job: BulkJob, request: BulkRequest): Promise<Results> {
  const { operations, failOnErrors = Number.POSITIVE_INFINITY } = request;
  const results: Results = new Map();
  const begun = new Map<number, Begun>();
  const hasFailed = () =>
    [...results.values()].filter(({ failed }) => failed).length >= failOnErrors;
  let waiting: readonly Waiting[] = operations.map((operation, at) => ({
    at,
    operation,
    needs: referencesOf(operation),
  }));
  while (waiting.length > 0 && !hasFailed()) {
    const ready = readyOf(waiting);
    for (const { at, operation } of ready) {
      if (!hasFailed()) results.set(at, await doOperation(job, operation));
    }
    const [first] = ready.length === 0 ? waiting.filter(({ operation }) => creates(operation)) : [];
    if (first) begun.set(first.at, await beginCircle(job, first.operation));
    waiting = waiting.filter(({ at }) => !results.has(at) && !begun.has(at));
  }
  for (const [at, one] of begun) results.set(at, await endCircle(job, one));
  return results;
}

/** Those that refer to nothing that is still to come. */
function readyOf(waiting: readonly Waiting[]): readonly Waiting[] {
  const coming = new Set(waiting.map(({ operation }) => creates(operation)));
  return waiting.filter(({ needs }) => ![...needs].some((bulkId) => coming.has(bulkId)));
}

/** The bulkId that will stand for a new resource. */
function creates({ method, bulkId }: BulkOperation): string | undefined {
  return method === 'POST' ? bulkId : undefined;
}
