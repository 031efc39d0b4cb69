import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { Operation } from './tables.ts';

/** The operation as the SDK takes it in an entity group transaction. */
export function toAction(operation: Operation): TransactionAction {
  switch (operation.op) {
    case 'insert':
      return ['create', { ...operation.row }];
    case 'put':
      return ['upsert', { ...operation.row }, 'Replace'];
    case 'patch':
      return ['upsert', { ...operation.row }, 'Merge'];
    case 'delete':
      return ['delete', { ...operation.row }];
    default: {
      const mode = operation.op === 'replace' ? 'Replace' : 'Merge';
      return ['update', { ...operation.row }, mode, { etag: operation.etag }];
    }
  }
}

/** The operation as a request of its own; returns the row's new etag ("" for a deletion). */
export async function writeOne(client: TableClient, operation: Operation): Promise<string> {
  const { row } = operation;
  switch (operation.op) {
    case 'insert':
      return (await client.createEntity({ ...row })).etag ?? '';
    case 'put':
      return (await client.upsertEntity({ ...row }, 'Replace')).etag ?? '';
    case 'patch':
      return (await client.upsertEntity({ ...row }, 'Merge')).etag ?? '';
    case 'delete':
      await client.deleteEntity(row.partitionKey, row.rowKey, { etag: operation.etag ?? '*' });
      return '';
    default: {
      const mode = operation.op === 'replace' ? 'Replace' : 'Merge';
      return (await client.updateEntity({ ...row }, mode, { etag: operation.etag })).etag ?? '';
    }
  }
}
