import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Operation, type StoredRow, type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Seats } from '../ports/seats.ts';
import { keyOf, seatsPartition } from './keys.ts';
import { openTurns } from './turns.ts';

/** The count is an operation of each transaction too. */
const HOLDERS_A_TRANSACTION = TRANSACTION_LIMIT - 1;

/** So many are looked up first, with the count in the same query; more are tried at once. */
const FEW = 11;

/** How often others may be first, before it is given up. */
const MOST_ATTEMPTS = 100;

/** Where an entitlement's rows lie: one for each holder, and their number beside them. */
interface Place {
  readonly partitionKey: string;
  readonly countKey: string;
  readonly holderKey: (holder: string) => string;
}

/** How many seats are taken; without an etag there is no row yet. */
interface Taken {
  readonly count: number;
  readonly etag: string | undefined;
}

const rowSchema = z.object({ v: z.literal(1), count: z.int() });

/**
 * Seats in the table `links`. Whoever writes a holder's row writes the count in the same transaction
 * and under its etag, so that it is exact and nobody gets past it. It is one row that all writers
 * meet on, because a bound that is exact, and can be lowered, has to be one place.
 */
export function openSeats(table: Table): Seats {
  const inTurn = openTurns();
  const turnOf = ({ partitionKey, countKey }: Place) => `${partitionKey} ${countKey}`;
  return {
    take: (connectionId, entitlement, seats, holders) => {
      const place = placeOf(connectionId, entitlement);
      const wanted = { seats, holders: [...new Set(holders)] };
      return inTurn(turnOf(place), () => takeSeats(table, place, wanted));
    },
    give: (connectionId, entitlement, holders) => {
      const place = placeOf(connectionId, entitlement);
      return inTurn(turnOf(place), () => giveSeats(table, place, [...new Set(holders)]));
    },
    count: async (connectionId, entitlement) =>
      (await lookAtCount(table, placeOf(connectionId, entitlement))).taken.count,
  };
}

interface Wanted {
  readonly seats: number;
  readonly holders: readonly string[];
}

async function takeSeats(table: Table, place: Place, wanted: Wanted): Promise<Set<string>> {
  const seated = new Set<string>();
  if (wanted.holders.length === 0) return seated;
  let asksWho = wanted.holders.length <= FEW;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const rest = wanted.holders.filter((holder) => !seated.has(holder));
    const known = asksWho ? await look(table, place, rest) : await lookAtCount(table, place);
    for (const holder of known.seated) seated.add(holder);
    const holders = rest.filter((holder) => !seated.has(holder));
    const end = await fill(table, place, { ...wanted, holders, taken: known.taken, seated });
    if (end === 'done' || (end === 'full' && asksWho)) return seated;
    // Somebody has a seat already, or may have: the count alone does not tell who.
    if (end !== 'changed') asksWho = true;
  }
  throw busy();
}

/**
 * Gives free seats to holders who have none, and adds them to those who are seated.
 * @returns why it ended: `exists` where one of them had a seat, `changed` where the count was another
 */
async function fill(
  table: Table,
  place: Place,
  { seats, holders, taken, seated }: Wanted & { taken: Taken; seated: Set<string> },
): Promise<'done' | 'full' | 'exists' | 'changed'> {
  let now = taken;
  for (let at = 0; at < holders.length; ) {
    const free = Math.min(HOLDERS_A_TRANSACTION, seats - now.count);
    if (free <= 0) return 'full';
    const some = holders.slice(at, at + free);
    const next = await write(table, place, { op: 'insert', holders: some, taken: now });
    if (typeof next === 'string') return next;
    for (const holder of some) seated.add(holder);
    now = next;
    at += some.length;
  }
  return 'done';
}

async function giveSeats(table: Table, place: Place, holders: readonly string[]): Promise<void> {
  if (holders.length === 0) return;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const known = await look(table, place, holders);
    if ((await empty(table, place, known)) === 'done') return;
  }
  throw busy();
}

async function empty(table: Table, place: Place, { taken, seated }: Known) {
  let now = taken;
  for (let at = 0; at < seated.length; at += HOLDERS_A_TRANSACTION) {
    const some = seated.slice(at, at + HOLDERS_A_TRANSACTION);
    const next = await write(table, place, { op: 'delete', holders: some, taken: now });
    if (typeof next === 'string') return next;
    now = next;
  }
  return 'done';
}

interface Step {
  readonly op: 'insert' | 'delete';
  readonly holders: readonly string[];
  /** What the count is thought to be. */
  readonly taken: Taken;
}

/** One transaction: rows of holders come or go, and the count with them. */
async function write(
  table: Table,
  { partitionKey, countKey, holderKey }: Place,
  { op, holders, taken }: Step,
): Promise<Taken | 'exists' | 'changed'> {
  const count = taken.count + (op === 'insert' ? holders.length : -holders.length);
  const row = { partitionKey, rowKey: countKey, v: 1, count };
  const counting: Operation =
    taken.etag === undefined ? { op: 'insert', row } : { op: 'replace', row, etag: taken.etag };
  const rows = holders.map(
    (holder): Operation => ({ op, row: { partitionKey, rowKey: holderKey(holder), v: 1 } }),
  );
  try {
    const [etag] = await table.write([counting, ...rows]);
    return { count, etag };
  } catch (error) {
    if (hasCode(error, 'state-exists')) return 'exists';
    if (hasCode(error, 'state-changed', 'not-found')) return 'changed';
    throw error;
  }
}

/** What is known of an entitlement, and who of some holders has a seat. */
interface Known {
  readonly taken: Taken;
  readonly seated: readonly string[];
}

async function look(table: Table, place: Place, holders: readonly string[]): Promise<Known> {
  const { partitionKey, countKey, holderKey } = place;
  const rows = await table.getMany(partitionKey, [countKey, ...holders.map(holderKey)]);
  const seated = holders.filter((holder) => rows.has(holderKey(holder)));
  return { taken: toTaken(rows.get(countKey)), seated };
}

async function lookAtCount(table: Table, { partitionKey, countKey }: Place): Promise<Known> {
  return { taken: toTaken(await table.get(partitionKey, countKey)), seated: [] };
}

function toTaken(row: StoredRow | undefined): Taken {
  return row
    ? { count: rowSchema.parse(row).count, etag: row.etag }
    : { count: 0, etag: undefined };
}

/** Entitlements are hashed: their names may hold what Table Storage forbids in keys. */
function placeOf(connectionId: string, entitlement: string): Place {
  const hash = createHash('sha256').update(entitlement).digest('base64url');
  return {
    partitionKey: seatsPartition(connectionId),
    countKey: `${hash}:n`,
    holderKey: (holder) => `${hash}:u:${keyOf(holder)}`,
  };
}

function busy(): AppError {
  return new AppError('unavailable', 'too many take and give seats at the same time');
}
