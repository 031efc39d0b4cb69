import { z } from 'zod';
import type { Row, StoredRow } from '../../azure/tables.ts';
import { AppError } from '../../errors.ts';
import { flatten } from '../../scim/flat/flatten.ts';
import type { Resource, ResourceSchema } from '../../scim/schema/resource-schema.ts';
import type { Entry, Json, Kind } from '../../sync/entry.ts';
import { fromAttributes } from './flat-attributes.ts';
import { entryKey, idOfKey } from './keys.ts';
import { inParts, joined } from './text-parts.ts';

/** An entry with what the hosted directory keeps beside it. Times are ISO 8601. */
export interface StoredEntry extends Omit<Entry, 'attributes'> {
  /** Without what stands in columns: `externalId`, `active` and the manager. */
  readonly resource: Resource;
  readonly managerId?: string;
  readonly created: string;
  readonly lastModified: string;
  /** Users had no look-up by display name at first: those get it with their next update. */
  readonly hasDisplayNameLookup: boolean;
  /** Another entry claimed the externalId first: this one is found by a look-up. */
  readonly sharesExternalId: boolean;
  /** Of groups that a SCIM client named: no other client gives the name a second time. */
  readonly claimsDisplayName: boolean;
}

/** An entry that is yet to be written. */
export type NewEntry = Omit<StoredEntry, 'version'>;

const rowSchema = z.object({
  v: z.union([z.literal(1), z.literal(2)]),
  active: z.boolean(),
  externalId: z.string().optional(),
  managerId: z.string().optional(),
  created: z.string(),
  lastModified: z.string(),
  byDisplayName: z.boolean().optional(),
  sharesExternalId: z.boolean().optional(),
  claimsDisplayName: z.boolean().optional(),
});

/** What JSON holds is JSON: only that it is an object is left to check. */
const resourceSchema = z.record(z.string(), z.custom<Json>());

const attributesSchema = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.array(z.string())]),
);

/** The row of an entry. */
export function toEntryRow(partitionKey: string, entry: NewEntry): Row {
  const { kind, id, active, externalId, managerId, created, lastModified, resource } = entry;
  return {
    partitionKey,
    rowKey: entryKey(kind, id),
    v: 2,
    active,
    externalId,
    managerId,
    created,
    lastModified,
    byDisplayName: entry.hasDisplayNameLookup,
    sharesExternalId: entry.sharesExternalId || undefined,
    claimsDisplayName: entry.claimsDisplayName || undefined,
    ...inParts(JSON.stringify(resource)),
  };
}

/** The row that stands for an entry while its removal is under way; it holds nothing personal. */
export function toRemovedRow(partitionKey: string, kind: Kind, id: string): Row {
  return { partitionKey, rowKey: entryKey(kind, id), v: 2, removed: true };
}

/**
 * The entry of a row; undefined for one whose removal is under way.
 * @throws AppError `bad-answer` when the row does not have the shape that is written here.
 */
export function toStoredEntry(schema: ResourceSchema, row: StoredRow): StoredEntry | undefined {
  if (row.removed === true) return undefined;
  const parsed = rowSchema.safeParse(row);
  const resource = parsed.success && parseResource(schema, parsed.data.v, joined(row));
  if (!parsed.success || !resource)
    throw new AppError('bad-answer', 'a row of the hosted directory does not have its shape');
  const { kind } = schema;
  const { active, externalId, managerId, created, lastModified, byDisplayName } = parsed.data;
  return {
    kind,
    id: idOfKey(row.rowKey),
    active,
    ...(externalId && { externalId }),
    ...(managerId && { managerId }),
    created,
    lastModified,
    hasDisplayNameLookup: byDisplayName ?? kind === 'group',
    sharesExternalId: parsed.data.sharesExternalId ?? false,
    claimsDisplayName: parsed.data.claimsDisplayName ?? false,
    resource,
    version: row.etag,
  };
}

/** The entry as the sync has it. */
export function toEntry(stored: StoredEntry): Entry {
  const { kind, id, externalId, active, resource, version } = stored;
  const attributes = flatten(resource);
  return { kind, id, ...(externalId && { externalId }), active, attributes, version };
}

/** Rows of before version 2 hold flat attributes; their next write makes them whole resources. */
function parseResource(schema: ResourceSchema, version: 1 | 2, text: string): Resource | undefined {
  const json = parsedJson(text);
  if (version === 2) return resourceSchema.safeParse(json).data;
  const attributes = attributesSchema.safeParse(json).data;
  return attributes && fromAttributes(attributes, schema);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
