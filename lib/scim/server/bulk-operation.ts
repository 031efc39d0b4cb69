import type { Json } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import { pathParts } from './address.ts';
import { referencesOf, withReferences } from './bulk-references.ts';
import type { BulkOperation } from './bulk-schema.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { scimProblem } from './scim-problem.ts';
import { tagOf } from './version-tag.ts';

/** What the operations of one bulk request have in common. */
export interface BulkJob {
  readonly provider: Provider;
  /** How an operation is done: as the request it stands for. */
  readonly perform: (provider: Provider, exchange: Exchange) => Promise<Answer>;
  /** Ids of what was created, by bulkId. */
  readonly ids: Map<string, string>;
}

/** What became of an operation, as it is answered (RFC 7644 section 3.7.3). */
export interface BulkResult {
  readonly failed: boolean;
  readonly told: Readonly<Record<string, Json>>;
}

/** Does one operation. Whatever goes wrong is its result: the others go on. */
export async function doOperation(job: BulkJob, given: BulkOperation): Promise<BulkResult> {
  const { method, bulkId } = given;
  const common = { method, ...(bulkId !== undefined && { bulkId }) };
  const operation = withReferences(given, job.ids);
  const address = `${job.provider.base}${operation.path}`;
  try {
    if (referencesOf(operation).size > 0) throw unresolved();
    const { status, location, version } = await job.perform(job.provider, toExchange(operation));
    const id = location?.slice(location.lastIndexOf('/') + 1);
    if (method === 'POST' && bulkId !== undefined && id) job.ids.set(bulkId, id);
    const found = {
      location: location ?? address,
      ...(version !== undefined && { version: tagOf(version) }),
    };
    return { failed: false, told: { ...common, ...found, status: String(status) } };
  } catch (error) {
    const { status, body } = scimProblem(error);
    const location = method === 'POST' ? {} : { location: address };
    const told = { ...common, ...location, status: String(status), response: body };
    return { failed: true, told };
  }
}

function unresolved(): ScimError {
  return new ScimError(409, 'invalidValue', 'a bulkId refers to a resource that was not created');
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
