import { type Context, type Entity, storageErrors } from './azurite.ts';
import { packRow, unpackRow } from './packed-row.ts';
import type { RowChange } from './records.ts';
import type { RowTable } from './row-table.ts';

/** A row that is to be written, in which table, and for whom. */
export interface Write {
  readonly context: Context;
  readonly rows: RowTable;
  readonly entity: Entity;
}

const TYPE_SUFFIX = '@odata.type';

/** @throws StorageError `EntityAlreadyExists`. */
export function insertion({ context, rows, entity }: Write): RowChange {
  const position = positionOf(entity);
  if (rows.get(position) !== undefined) throw storageErrors.getEntityAlreadyExist(context);
  return { ...position, packed: packRow(entity) };
}

/**
 * Replaces the row; where it is missing and no etag is given, inserts it.
 * @throws StorageError `ResourceNotFound`, `UpdateConditionNotSatisfied`.
 */
export function replacement(write: Write, ifMatch: string | undefined): RowChange {
  const before = existing(write, ifMatch);
  return before ? { ...positionOf(write.entity), packed: packRow(write.entity) } : insertion(write);
}

/** As a replacement, but keeps the properties that the new row does not name. */
export function merging(write: Write, ifMatch: string | undefined): RowChange {
  const before = existing(write, ifMatch);
  if (!before) return insertion(write);
  const { entity } = write;
  const properties = { ...before.properties };
  for (const [name, value] of Object.entries(entity.properties)) {
    if (name.endsWith(TYPE_SUFFIX)) continue;
    properties[name] = value;
    const type = entity.properties[name + TYPE_SUFFIX];
    if (type === undefined) delete properties[name + TYPE_SUFFIX];
    else properties[name + TYPE_SUFFIX] = type;
  }
  return { ...positionOf(entity), packed: packRow({ ...entity, properties }) };
}

/** @throws StorageError `ResourceNotFound`, `UpdateConditionNotSatisfied`. */
export function removal(
  { context, rows }: Pick<Write, 'context' | 'rows'>,
  position: { readonly partitionKey: string; readonly rowKey: string },
  etag: string | undefined,
): RowChange {
  const packed = rows.get(position);
  if (packed === undefined) throw storageErrors.getEntityNotFound(context);
  if (etag !== '*' && unpackRow({ ...position, packed }).eTag !== etag)
    throw storageErrors.getPreconditionFailed(context);
  return { ...position, packed: undefined };
}

function existing({ context, rows, entity }: Write, ifMatch: string | undefined) {
  const position = positionOf(entity);
  const packed = rows.get(position);
  if (packed === undefined) {
    if (ifMatch === undefined) return undefined;
    throw storageErrors.getEntityNotFound(context);
  }
  const before = unpackRow({ ...position, packed });
  if (ifMatch !== undefined && ifMatch !== '*' && encoded(ifMatch) !== encoded(before.eTag))
    throw storageErrors.getPreconditionFailed(context);
  return before;
}

/** The SDKs send the two colons of an etag's time encoded or not. */
function encoded(etag: string): string {
  return etag.replaceAll(':', '%3A');
}

function positionOf({ PartitionKey: partitionKey, RowKey: rowKey }: Entity) {
  return { partitionKey, rowKey };
}
