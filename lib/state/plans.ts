import { deleteRows } from '../azure/delete-rows.ts';
import { emptyRange } from '../azure/empty-range.ts';
import { type Operation, type Row, type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { AppError, hasCode } from '../errors.ts';
import type { PlanPage, PlanRows, Plans, StoredPlan } from '../ports/plans.ts';
import type { Sealer } from '../ports/platform.ts';
import { countPlanned, noCounts } from '../sync/plan.ts';
import { after, idOf, keyOf, reverseTime } from './keys.ts';
import {
  behind,
  claimKey,
  clearOf,
  HEADS,
  headKey,
  importedKey,
  importedOf,
  importedPrefix,
  LAST_ROW,
  nestedPrefix,
  objectsPrefix,
  pairKey,
  passedKey,
  passedPrefix,
  roleColumns,
  roleKey,
  rolesIn,
  rowsPrefix,
  toHead,
  toObject,
  toObjectRow,
  toPair,
  toPlan,
  userOf,
} from './plan-rows.ts';
import { storedText } from './stored-json.ts';

/** A transaction takes 4 MiB (Azure docs: entity group transactions); base64 adds a third. */
const TRANSACTION_BYTES = 2_000_000;

/** Pages of 1,000 rows that one request looks through for a decision. */
const PAGES_A_LOOK = 20;

/**
 * Plans in the table `plans`, all of a connection in one partition: what a page adds is written
 * together with the plan's head, under the condition that nobody else has written that.
 */
export function openPlans(table: Table, sealer: Sealer): Plans {
  const get = async (connectionId: string, planId: string): Promise<StoredPlan | undefined> => {
    const row = await table.get(connectionId, headKey(planId));
    return row && toPlan(row, sealer);
  };

  /** @returns the head's new version */
  async function write(operations: readonly Operation[], head: Row, etag: string): Promise<string> {
    try {
      const etags = await table.write([...operations, { op: 'replace', row: head, etag }]);
      return etags.at(-1) ?? '';
    } catch (cause) {
      if (!hasCode(cause, 'not-found')) throw cause;
      throw new AppError('state-changed', 'the plan is gone', { cause });
    }
  }

  /** The keys of a page of objects, and whether there may be more behind it. */
  async function lookFor(connectionId: string, planId: string, page: PlanPage) {
    const prefix = objectsPrefix(planId);
    const own = page.kind === undefined ? prefix : `${prefix}${page.kind}:`;
    const from = page.after === undefined ? own : `${prefix}${page.after} `;
    const to = after(own);
    const keys: string[] = [];
    let looks = 0;
    if (from >= to) return { keys };
    const bounds = { partitionKey: connectionId, from: from > own ? from : own, to };
    for await (const rows of table.range({ ...bounds, select: ['decision'] })) {
      for (const row of rows) {
        if (page.decision === undefined || row.decision === page.decision) keys.push(row.rowKey);
        if (keys.length === page.size) return { keys, next: behind(prefix, row) };
      }
      looks += 1;
      const last = rows.at(-1);
      if (looks >= PAGES_A_LOOK && last) return { keys, next: behind(prefix, last) };
    }
    return { keys };
  }

  return {
    begin: async (connectionId, plan, { version }) => {
      const row = { partitionKey: connectionId, rowKey: LAST_ROW, v: 1, id: plan.id };
      const last: Operation =
        version === null ? { op: 'insert', row } : { op: 'replace', row, etag: version };
      const head = await toHead(connectionId, plan, sealer);
      try {
        const [etag = ''] = await table.write([{ op: 'insert', row: head }, last]);
        return { ...plan, version: etag };
      } catch (cause) {
        // There already, or gone: both say that somebody else was here meanwhile.
        if (!hasCode(cause, 'state-exists', 'not-found')) throw cause;
        throw new AppError('state-changed', 'another plan was begun meanwhile', { cause });
      }
    },
    last: async (connectionId) => {
      const row = await table.get(connectionId, LAST_ROW);
      if (!row) return { plan: undefined, version: null };
      return { plan: await get(connectionId, storedText(row.id)), version: row.etag };
    },
    get,
    save: async (connectionId, plan, next, rows = {}) => {
      const { version, ...known } = plan;
      const operations = await operationsOf(connectionId, plan.id, rows, sealer);
      const transactions = inTransactions(operations);
      const saved = { ...known, ...next };
      let etag = version;
      for (const [index, some] of transactions.entries()) {
        const isLast = index === transactions.length - 1;
        etag = await write(some, await toHead(connectionId, isLast ? saved : known, sealer), etag);
      }
      return { ...saved, version: etag };
    },
    nested: async (connectionId, planId) => {
      const nested = new Map<string, string[]>();
      const from = nestedPrefix(planId);
      const bounds = { partitionKey: connectionId, from, to: after(from), select: ['v'] };
      for await (const page of table.range(bounds))
        for (const row of page) {
          const { holder, member } = toPair(planId, row);
          const members = nested.get(holder);
          if (members) members.push(member);
          else nested.set(holder, [member]);
        }
      return nested;
    },
    imported: async (connectionId, planId) => {
      const imported = new Set<string>();
      const from = importedPrefix(planId);
      const bounds = { partitionKey: connectionId, from, to: after(from), select: ['v'] };
      for await (const page of table.range(bounds))
        for (const row of page) imported.add(importedOf(planId, row));
      return imported;
    },
    countPassed: async (connectionId, planId) => {
      let count = 0;
      const from = passedPrefix(planId);
      const bounds = { partitionKey: connectionId, from, to: after(from), select: ['direct'] };
      for await (const page of table.range(bounds))
        count += page.filter((row) => row.direct !== true).length;
      return count;
    },
    roles: async (connectionId, planId, users) => {
      const keys = users.map((user) => roleKey(planId, user));
      const rows = await table.getMany(connectionId, keys);
      return new Map([...rows.values()].map((row) => [userOf(planId, row), rolesIn(row)]));
    },
    claims: async (connectionId, planId, texts) => {
      const keys = new Map(texts.map((text) => [claimKey(planId, text), text]));
      const rows = await table.getMany(connectionId, [...keys.keys()]);
      return new Map(
        [...rows].map(([key, row]) => [keys.get(key) ?? '', idOf(storedText(row.by))]),
      );
    },
    count: async (connectionId, planId) => {
      const from = objectsPrefix(planId);
      const bounds = { partitionKey: connectionId, from, to: after(from), select: ['decision'] };
      let counts = noCounts();
      for await (const page of table.range(bounds))
        counts = countPlanned(
          counts,
          page.map((row) => clearOf(planId, row)),
        );
      return counts;
    },
    objects: async (connectionId, planId, page) => {
      const { keys, next } = await lookFor(connectionId, planId, page);
      const rows = await table.getMany(connectionId, keys);
      const there = keys.flatMap((key) => rows.get(key) ?? []);
      const objects = await Promise.all(there.map((row) => toObject(planId, row, sealer)));
      return { objects, ...(next !== undefined && { next }) };
    },
    expire: async (connectionId, before) => {
      // Newest first: what is older lies behind.
      const from = headKey(reverseTime(before));
      const bounds = { partitionKey: connectionId, from, to: after(HEADS), select: ['v'] };
      for await (const page of table.range(bounds))
        for (const row of page) {
          const prefix = rowsPrefix(behind(HEADS, row));
          await emptyRange(table, { partitionKey: connectionId, from: prefix, to: after(prefix) });
          // Last: what a crash leaves of a plan is found by its head.
          await deleteRows(table, connectionId, [row.rowKey]);
        }
    },
  };
}

async function operationsOf(
  partitionKey: string,
  planId: string,
  rows: PlanRows,
  sealer: Sealer,
): Promise<Operation[]> {
  const { objects = [], nested = [], imported = [], passed = [] } = rows;
  const { roles = new Map(), claims = new Map() } = rows;
  const put = (row: Row): Operation => ({ op: 'put', row });
  const objectRows = await Promise.all(
    objects.map((object) => toObjectRow(partitionKey, planId, object, sealer)),
  );
  const pairs = nested.map((pair) => ({ partitionKey, rowKey: pairKey(planId, pair), v: 1 }));
  const takingPart = imported.map((group) => {
    return { partitionKey, rowKey: importedKey(planId, group), v: 1 };
  });
  const claimed = [...claims].map(([text, by]) => ({
    partitionKey,
    rowKey: claimKey(planId, text),
    v: 1,
    by: keyOf(by),
  }));
  const members = [...roles].map(([user, some]): Operation => {
    const row = { partitionKey, rowKey: roleKey(planId, user), v: 1, ...roleColumns(some) };
    return { op: 'patch', row };
  });
  // Also that a pair is shown in its group itself may be on another page than that it is passed on.
  const flat = passed.map((pair): Operation => {
    const row = { partitionKey, rowKey: passedKey(planId, pair), v: 1 };
    return { op: 'patch', row: { ...row, ...(pair.isDirect && { direct: true }) } };
  });
  const single = [...pairs, ...takingPart, ...claimed, ...objectRows];
  const all = [...single.map(put), ...members, ...flat];
  // A transaction names a row once.
  return [...new Map(all.map((operation) => [operation.row.rowKey, operation])).values()];
}

/** Leaves room for the head. */
function inTransactions(operations: readonly Operation[]): Operation[][] {
  const all: Operation[][] = [[]];
  let bytes = 0;
  for (const operation of operations) {
    const size = bytesOf(operation.row);
    const isFull = all.at(-1)?.length === TRANSACTION_LIMIT - 1;
    if (isFull || bytes + size > TRANSACTION_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(operation);
    bytes += size;
  }
  return all;
}

function bytesOf(row: Row): number {
  const sizes = Object.values(row).map((value) =>
    value instanceof Uint8Array ? value.byteLength : String(value).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
