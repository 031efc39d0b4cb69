import type { Json } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import { pathParts } from './address.ts';
import { referencesOf, withReferences } from './bulk-references.ts';
import { type BulkOperation, type BulkRequest, readBulk } from './bulk-schema.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { scimProblem } from './scim-problem.ts';
import { tagOf } from './version-tag.ts';

const RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** How an operation is done: as the request it stands for. */
type Perform = (provider: Provider, exchange: Exchange) => Promise<Answer>;

/**
 * Does many operations, one after the other (RFC 7644 section 3.7). One that refers to another's
 * new resource waits for it; those that wait for each other are refused with 409. The answer keeps
 * the order of the request and leaves out what was not done after too many errors.
 */
export async function bulk(provider: Provider, body: Json, perform: Perform): Promise<Answer> {
  const work = { request: readBulk(body), ids: new Map<string, string>(), perform, provider };
  const results = await inOrderOfNeed(work);
  const told = [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
  return { status: 200, body: { schemas: [RESPONSE_SCHEMA], Operations: told } };
}

interface Work {
  readonly request: BulkRequest;
  /** Ids of what was created, by bulkId. */
  readonly ids: Map<string, string>;
  readonly perform: Perform;
  readonly provider: Provider;
}

async function inOrderOfNeed(work: Work): Promise<ReadonlyMap<number, Json>> {
  const { operations, failOnErrors = Number.POSITIVE_INFINITY } = work.request;
  const results = new Map<number, Json>();
  let errors = 0;
  let waiting = operations.map((operation, at) => ({
    at,
    operation,
    needs: referencesOf(operation),
  }));
  while (waiting.length > 0) {
    const coming = new Set(waiting.map(({ operation }) => creates(operation)));
    const ready = waiting.filter(({ needs }) => ![...needs].some((bulkId) => coming.has(bulkId)));
    // Those that wait for each other fail: what they refer to is not there.
    for (const { at, operation } of ready.length > 0 ? ready : waiting) {
      const { result, failed } = await doOne(work, operation);
      results.set(at, result);
      errors += failed ? 1 : 0;
      if (errors >= failOnErrors) return results;
    }
    waiting = waiting.filter(({ at }) => !results.has(at));
  }
  return results;
}

/** The bulkId that will stand for a new resource. */
function creates({ method, bulkId }: BulkOperation): string | undefined {
  return method === 'POST' ? bulkId : undefined;
}

async function doOne(
  work: Work,
  given: BulkOperation,
): Promise<{ readonly result: Json; readonly failed: boolean }> {
  const { method, bulkId } = given;
  const common = { method, ...(bulkId !== undefined && { bulkId }) };
  const operation = withReferences(given, work.ids);
  try {
    const unresolved = [...referencesOf(operation)];
    if (unresolved.length > 0)
      throw new ScimError(
        409,
        'invalidValue',
        'a bulkId refers to a resource that was not created',
      );
    const { status, location, version } = await work.perform(work.provider, toExchange(operation));
    const id = location?.slice(location.lastIndexOf('/') + 1);
    if (method === 'POST' && bulkId !== undefined && id) work.ids.set(bulkId, id);
    const found = {
      location: location ?? `${work.provider.base}${operation.path}`,
      ...(version !== undefined && { version: tagOf(version) }),
    };
    return { result: { ...common, ...found, status: String(status) }, failed: false };
  } catch (error) {
    const { status, body } = scimProblem(error);
    const location =
      method === 'POST' ? {} : { location: `${work.provider.base}${operation.path}` };
    return {
      result: { ...common, ...location, status: String(status), response: body },
      failed: true,
    };
  }
}

function toExchange({ method, path, version, data }: BulkOperation): Exchange {
  const { pathname, searchParams } = new URL(path, 'http://bulk');
  return {
    method,
    path: pathParts(pathname),
    query: searchParams,
    ifMatch: version,
    ifNoneMatch: undefined,
    body: async () => {
      if (data === undefined)
        throw new ScimError(400, 'invalidSyntax', 'the operation has no data');
      // The RFC's own example has the operations of a PATCH without a message around them.
      return method === 'PATCH' && Array.isArray(data) ? { Operations: data } : data;
    },
  };
}
