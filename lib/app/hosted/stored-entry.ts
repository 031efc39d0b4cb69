import { z } from 'zod';
import type { Row, StoredRow } from '../../azure/tables.ts';
import { AppError } from '../../errors.ts';
import type { Attributes, Entry, Kind } from '../../sync/entry.ts';
import { entryKey, idOfKey } from './keys.ts';

/** An entry with what the hosted directory keeps beside it. Times are ISO 8601. */
export interface StoredEntry extends Entry {
  readonly managerId?: string;
  readonly created: string;
  readonly lastModified: string;
  /** Users had no look-up by display name at first: those get it with their next update. */
  readonly hasDisplayNameLookup: boolean;
}

/** A string property holds 64 KiB as UTF-16, and a row 1 MiB (Azure docs: Table service data model). */
const PART_LENGTH = 32_000;
const MOST_PARTS = 15;

/** How many characters an entry's attributes may come to as JSON. */
export const MOST_CHARACTERS = PART_LENGTH * MOST_PARTS;

const rowSchema = z.object({
  v: z.literal(1),
  active: z.boolean(),
  externalId: z.string().optional(),
  managerId: z.string().optional(),
  created: z.string(),
  lastModified: z.string(),
  byDisplayName: z.boolean().optional(),
});

const attributesSchema = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.array(z.string())]),
);

/** The row of an entry. */
export function toEntryRow(partitionKey: string, entry: Omit<StoredEntry, 'version'>): Row {
  const { kind, id, active, externalId, managerId, created, lastModified, attributes } = entry;
  const { hasDisplayNameLookup } = entry;
  return {
    partitionKey,
    rowKey: entryKey(kind, id),
    v: 1,
    active,
    externalId,
    managerId,
    created,
    lastModified,
    byDisplayName: hasDisplayNameLookup,
    ...inParts(JSON.stringify(attributes)),
  };
}

/** The row that stands for an entry while its removal is under way; it holds nothing personal. */
export function toRemovedRow(partitionKey: string, kind: Kind, id: string): Row {
  return { partitionKey, rowKey: entryKey(kind, id), v: 1, removed: true };
}

/**
 * The entry of a row; undefined for one whose removal is under way.
 * @throws AppError `bad-answer` when the row does not have the shape that is written here.
 */
export function toStoredEntry(kind: Kind, row: StoredRow): StoredEntry | undefined {
  if (row.removed === true) return undefined;
  const parsed = rowSchema.safeParse(row);
  const attributes = parseAttributes(row);
  if (!parsed.success || !attributes)
    throw new AppError('bad-answer', 'a row of the hosted directory does not have its shape');
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
    attributes,
    version: row.etag,
  };
}

/** The entry as the port has it. */
export function toEntry(stored: StoredEntry): Entry {
  const { kind, id, externalId, active, attributes, version } = stored;
  return { kind, id, ...(externalId && { externalId }), active, attributes, version };
}

function parseAttributes(row: StoredRow): Attributes | undefined {
  let text = '';
  for (let part = 0; typeof row[`a${part}`] === 'string'; part += 1) text += row[`a${part}`];
  try {
    return attributesSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Splits text over properties a0, a1, … and never inside a surrogate pair, which UTF-8 would lose. */
function inParts(text: string): Record<string, string> {
  const parts: Record<string, string> = {};
  for (let at = 0, part = 0; at < text.length; part += 1) {
    const last = text.charCodeAt(at + PART_LENGTH - 1);
    const end = at + PART_LENGTH - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
    parts[`a${part}`] = text.slice(at, end);
    at = end;
  }
  return parts;
}
