import { type Entity, newTableEntityEtag } from './azurite.ts';
import type { KeptRow } from './row-table.ts';

// One text a row instead of an object with a text for every name and value: a third of the memory,
// nothing in it for the garbage collector to follow, and just what is written to disk.

/** The row without its keys, which it is found by, and what follows from when it was modified. */
export function packRow(entity: Entity): string {
  const {
    PartitionKey: _,
    RowKey: __,
    Timestamp: ___,
    'Timestamp@odata.type': ____,
    ...properties
  } = entity.properties;
  return JSON.stringify([entity.lastModifiedTime, properties]);
}

type Packed = readonly [modified: string, properties: Readonly<Record<string, unknown>>];

/** The row with the keys, timestamp and etag that Azurite expects in it. */
export function unpackRow({ partitionKey, rowKey, packed }: KeptRow): Entity {
  const [modified, properties]: Packed = JSON.parse(packed);
  return {
    PartitionKey: partitionKey,
    RowKey: rowKey,
    properties: {
      PartitionKey: partitionKey,
      RowKey: rowKey,
      ...properties,
      Timestamp: modified,
      'Timestamp@odata.type': 'Edm.DateTime',
    },
    lastModifiedTime: modified,
    eTag: newTableEntityEtag(modified),
  };
}
