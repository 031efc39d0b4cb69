import { type BulkJob, type BulkResult, doOperation } from './bulk-operation.ts';
import { onlyReferring, withoutReferences, withReferences } from './bulk-references.ts';
import type { BulkOperation } from './bulk-schema.ts';

/** A resource that was created without what it refers to. */
export interface Begun {
  readonly operation: BulkOperation;
  readonly result: BulkResult;
}

/**
 * Creates a resource of a circle of references: without those that nothing stands for yet (RFC 7644
 * section 3.7.1 wants circles to be tried).
 */
export async function beginCircle(job: BulkJob, operation: BulkOperation): Promise<Begun> {
  const without = withoutReferences(withReferences(operation, job.ids));
  return { operation, result: await doOperation(job, without) };
}

/** Adds what was left out. Where that cannot be, nothing is left of the resource. */
export async function endCircle(job: BulkJob, { operation, result }: Begun): Promise<BulkResult> {
  const { bulkId = '', data = null } = operation;
  const id = job.ids.get(bulkId);
  if (result.failed || id === undefined) return result;
  const path = `${new URL(operation.path, 'http://bulk').pathname}/${id}`;
  const patch = { Operations: [{ op: 'add', value: onlyReferring(data) }] };
  const patched = await doOperation(job, { method: 'PATCH', path, data: patch });
  if (!patched.failed) {
    const { version } = patched.told;
    return { ...result, told: { ...result.told, ...(version !== undefined && { version }) } };
  }
  await doOperation(job, { method: 'DELETE', path });
  job.ids.delete(bulkId);
  const { status = '', response = null } = patched.told;
  return { failed: true, told: { method: operation.method, bulkId, status, response } };
}
