import type { Range, StoredRow, Table } from './tables.ts';

/** Which rows to read of one partition: those whose keys begin with one of these. */
export interface Prefixes {
  readonly partitionKey: string;
  /** Each ends in a colon, and no key has another one behind it. */
  readonly prefixes: readonly string[];
  readonly select: readonly string[];
  /** No more than so many are wanted of each prefix. */
  readonly most?: number;
}

/** So many are always asked for one by one, and as many at the same time. */
const FEW = 8;

/** Rows that the service puts on a page at most. */
const PAGE = 1_000;

/** From so many prefixes a page on, reading on in key order costs less than asking for each. */
const PREFIXES_A_PAGE = 2;

/**
 * Rows by the prefix of their keys; prefixes without rows are missing from the map. A few prefixes
 * are a query each; many are read in key order, for as long as they lie close to each other.
 */
export async function readPrefixes(
  table: Table,
  wanted: Prefixes,
): Promise<Map<string, readonly StoredRow[]>> {
  const prefixes = [...new Set(wanted.prefixes)].toSorted();
  const found = new Map<string, StoredRow[]>();
  const rest = prefixes.length > FEW ? await scan(table, { ...wanted, prefixes }, found) : prefixes;
  for (let at = 0; at < rest.length; at += FEW)
    await Promise.all(
      rest.slice(at, at + FEW).map(async (prefix) => {
        const rows = await readOne(table, wanted, prefix);
        if (rows.length > 0) found.set(prefix, rows);
      }),
    );
  return found;
}

/** @returns the prefixes that lie too far from each other, to be asked for one by one */
async function scan(
  table: Table,
  wanted: Prefixes,
  found: Map<string, StoredRow[]>,
): Promise<readonly string[]> {
  const { prefixes, most = Number.POSITIVE_INFINITY } = wanted;
  const isWanted = new Set(prefixes);
  const bounds = rangeOf(wanted, prefixes[0] ?? '', prefixes.at(-1) ?? '');
  let left = prefixes;
  for await (const page of table.range(bounds)) {
    for (const row of page) {
      const prefix = prefixOf(row);
      if (!isWanted.has(prefix)) continue;
      const rows = found.get(prefix);
      if (!rows) found.set(prefix, [row]);
      else if (rows.length < most) rows.push(row);
    }
    const reached = page.at(-1)?.rowKey ?? '';
    const rest = left.filter((prefix) => reached < endOf(prefix));
    // A page that is not full is the last one, as a rule: to go on then costs nothing.
    if (page.length === PAGE && left.length - rest.length < PREFIXES_A_PAGE) {
      for (const prefix of rest) found.delete(prefix);
      return rest;
    }
    left = rest;
  }
  return [];
}

async function readOne(table: Table, wanted: Prefixes, prefix: string): Promise<StoredRow[]> {
  const { most } = wanted;
  const rows: StoredRow[] = [];
  for await (const page of table.range(rangeOf(wanted, prefix, prefix))) {
    rows.push(...page);
    if (most !== undefined && rows.length >= most) break;
  }
  return rows.slice(0, most);
}

function rangeOf({ partitionKey, select, most }: Prefixes, first: string, last: string): Range {
  const bounds = { partitionKey, from: first, to: endOf(last), select };
  return first === last && most !== undefined ? { ...bounds, pageSize: most } : bounds;
}

/** A semicolon is the character behind a colon. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)};`;
}

function prefixOf({ rowKey }: StoredRow): string {
  return rowKey.slice(0, rowKey.lastIndexOf(':') + 1);
}
