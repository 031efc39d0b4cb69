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

/** The operation without the values that refer to something; an object goes with its `value`. */
export function withoutReferences(operation: BulkOperation): BulkOperation {
  const { data } = operation;
  return data === undefined ? operation : { ...operation, data: pruned(data) ?? null };
}

/** Of the data of an operation, the attributes in which something is referred to. */
export function onlyReferring(data: Json): Json {
  if (!isObject(data)) return data;
  const entries = Object.entries(data).filter(([, value]) => refers(value));
  return Object.fromEntries(entries);
}

function pruned(json: Json): Json | undefined {
  if (typeof json === 'string') return json.startsWith(REFERENCE) ? undefined : json;
  if (Array.isArray(json)) return json.flatMap((one) => pruned(one) ?? []);
  if (!isObject(json)) return json;
  const { value } = json;
  if (value !== undefined && pruned(value) === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, one]) => {
      const kept = pruned(one);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function refers(json: Json): boolean {
  let found = false;
  everyText(json, () => {
    found = true;
  });
  return found;
}

function isObject(json: Json): json is { [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function everyText(json: Json, tell: (text: string) => void): void {
  if (typeof json === 'string') {
    if (json.startsWith(REFERENCE)) tell(json);
  } else if (Array.isArray(json)) for (const one of json) everyText(one, tell);
  else if (isObject(json)) for (const one of Object.values(json)) everyText(one, tell);
}

function replaced(json: Json, idOf: (text: string) => string): Json {
  if (typeof json === 'string') return json.startsWith(REFERENCE) ? idOf(json) : json;
  if (Array.isArray(json)) return json.map((one) => replaced(one, idOf));
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, replaced(one, idOf)]));
}
