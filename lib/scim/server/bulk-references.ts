import type { Json } from '../../sync/entry.ts';
import type { BulkOperation } from './bulk-schema.ts';

const REFERENCE = 'bulkId:';

/** The bulkIds that an operation needs resolved before it can be done (RFC 7644 section 3.7.2). */
export function referencesOf({ path, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  const inPath = path.split('/').find((part) => part.startsWith(REFERENCE));
  if (inPath !== undefined) found.add(inPath.slice(REFERENCE.length));
  if (data !== undefined) everyText(data, (text) => found.add(text.slice(REFERENCE.length)));
  return found;
}

/** The operation with the ids that its references stand for. */
export function withReferences(
  operation: BulkOperation,
  ids: ReadonlyMap<string, string>,
): BulkOperation {
  const idOf = (text: string) => ids.get(text.slice(REFERENCE.length)) ?? text;
  const path = operation.path
    .split('/')
    .map((part) => (part.startsWith(REFERENCE) ? idOf(part) : part))
    .join('/');
  const { data } = operation;
  return { ...operation, path, ...(data !== undefined && { data: replaced(data, idOf) }) };
}

function everyText(json: Json, tell: (text: string) => void): void {
  if (typeof json === 'string') {
    if (json.startsWith(REFERENCE)) tell(json);
  } else if (Array.isArray(json)) for (const one of json) everyText(one, tell);
  else if (json !== null && typeof json === 'object')
    for (const one of Object.values(json)) everyText(one, tell);
}

function replaced(json: Json, idOf: (text: string) => string): Json {
  if (typeof json === 'string') return json.startsWith(REFERENCE) ? idOf(json) : json;
  if (Array.isArray(json)) return json.map((one) => replaced(one, idOf));
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, replaced(one, idOf)]));
}
