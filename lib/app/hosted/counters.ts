import { z } from 'zod';
import type { Operation, Table } from '../../azure/tables.ts';
import { AppError } from '../../errors.ts';
import type { Kind } from '../../sync/entry.ts';
import { counterKey, startingWith } from './keys.ts';

/** How many entries a directory holds. */
export interface Counts {
  readonly users: number;
  readonly groups: number;
}

/** Counter rows, moved in the same transactions as the entries they count. */
export interface Counters {
  /**
   * Writes the operations and moves the slot's counter by `by`, all or nothing. Returns the etags of
   * the operations. Writers of one process wait for each other on a slot; another process's write
   * shows as `state-changed` or `state-exists`, and the next call reads the counter again.
   */
  write(step: CounterStep, operations: readonly Operation[]): Promise<readonly string[]>;
}

/** Which counter to move, and by how much. */
interface CounterStep {
  readonly slot: number;
  readonly kind: Kind;
  readonly by: number;
}

interface Counter extends Counts {
  /** Undefined while there is no row yet. */
  readonly etag: string | undefined;
}

const rowSchema = z.object({ v: z.literal(1), users: z.int(), groups: z.int() });

/** How many entries a directory holds, by all of its counters: they are few, and one page. */
export async function readCounts(table: Table, partitionKey: string): Promise<Counts> {
  let users = 0;
  let groups = 0;
  for await (const page of table.range({ partitionKey, ...startingWith('n:') }))
    for (const row of page) {
      const counts = toCounts(row);
      users += counts.users;
      groups += counts.groups;
    }
  return { users, groups };
}

/** @throws AppError `bad-answer` when the row does not have the shape that is written here. */
function toCounts(row: unknown): Counts {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) throw new AppError('bad-answer', 'a counter row does not have its shape');
  return { users: parsed.data.users, groups: parsed.data.groups };
}

export function openCounters(table: Table, partitionKey: string): Counters {
  const known = new Map<number, Counter>();
  const queues = new Map<number, Promise<unknown>>();

  async function load(slot: number): Promise<Counter> {
    const row = await table.get(partitionKey, counterKey(slot));
    return row ? { ...toCounts(row), etag: row.etag } : { users: 0, groups: 0, etag: undefined };
  }

  async function writeNow(step: CounterStep, operations: readonly Operation[]) {
    const { slot, kind, by } = step;
    const counter = known.get(slot) ?? (await load(slot));
    known.delete(slot);
    const users = counter.users + (kind === 'user' ? by : 0);
    const groups = counter.groups + (kind === 'group' ? by : 0);
    const row = { partitionKey, rowKey: counterKey(slot), v: 1, users, groups };
    const count: Operation =
      counter.etag === undefined
        ? { op: 'insert', row }
        : { op: 'replace', row, etag: counter.etag };
    const [etag, ...etags] = await table.write([count, ...operations]);
    known.set(slot, { users, groups, etag });
    return etags;
  }

  return {
    write: (step, operations) => {
      const write = () => writeNow(step, operations);
      const done = (queues.get(step.slot) ?? Promise.resolve()).then(write, write);
      queues.set(step.slot, done);
      return done;
    },
  };
}
