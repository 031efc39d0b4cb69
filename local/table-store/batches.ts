import { type Context, storageErrors } from './azurite.ts';
import type { KeptTable } from './database.ts';
import type { RowChange } from './records.ts';

interface Batch {
  readonly table: KeptTable;
  readonly changes: { readonly change: RowChange; readonly before: string | undefined }[];
}

/**
 * The changes of the batches that are under way. They are kept until the batch ends instead of being
 * undone: no other request sees half of one, and no row can be in one twice.
 */
export class Batches {
  readonly #open = new Map<string, Batch>();

  /**
   * Adds a change to a batch.
   * @throws StorageError `InvalidInput` where it goes to another table or partition than the others
   *   (docs: "Performing entity group transactions").
   */
  add(context: Context, batchId: string, { table, change }: AddedChange): void {
    const batch = this.#open.get(batchId) ?? { table, changes: [] };
    const first = batch.changes[0]?.change ?? change;
    if (batch.table !== table || first.partitionKey !== change.partitionKey)
      throw storageErrors.getInvalidInput(context);
    batch.changes.push({ change, before: table.rows.get(change) });
    this.#open.set(batchId, batch);
  }

  /**
   * Ends a batch and gives what it changes: nothing where it failed.
   * @throws Error where a row has changed since it was looked at, so that the client tries again.
   */
  end(batchId: string, succeeded: boolean): EndedBatch | undefined {
    const batch = this.#open.get(batchId);
    this.#open.delete(batchId);
    if (!batch || !succeeded) return undefined;
    const { table, changes } = batch;
    if (changes.some(({ change, before }) => table.rows.get(change) !== before))
      throw new Error('A row of the batch was changed by another request at the same time.');
    return { table, rows: changes.map(({ change }) => change) };
  }
}

interface EndedBatch {
  readonly table: KeptTable;
  readonly rows: readonly RowChange[];
}

interface AddedChange {
  readonly table: KeptTable;
  readonly change: RowChange;
}
