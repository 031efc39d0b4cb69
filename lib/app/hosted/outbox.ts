import { z } from 'zod';
import type { Operation, StoredRow, Table, Tables } from '../../azure/tables.ts';
import { AppError, hasCode } from '../../errors.ts';
import type { EntryMark, MemberMark, Outbox } from '../../ports/outbox.ts';
import type { Writer } from '../../ports/resources.ts';
import { entryMarkKey, markPrefix, memberMarkKey, startingWith } from './keys.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE, partitionOf } from './shard.ts';

/** Deletions that are under way at the same time. */
const AT_ONCE = 16;

const markSchema = z.object({
  v: z.literal(1),
  removed: z.boolean(),
  at: z.string(),
  externalId: z.string().optional(),
  objectId: z.string().optional(),
});

const WRITERS = ['app', 'entra'] as const satisfies readonly Writer[];

/** The marks that SCIM clients' writes leave beside what they write. */
export function openOutbox(tables: Tables, connectionId: string): Outbox {
  const partitionKey = partitionOf(connectionId);
  const directory = tables.table(DIRECTORY_TABLE);
  const members = tables.table(MEMBERS_TABLE);

  /** A mark's row, as far as it is needed to delete it. */
  const placeOf = (mark: EntryMark | MemberMark): { table: Table; rowKey: string } =>
    'groupId' in mark
      ? { table: members, rowKey: memberMarkKey(mark.by, mark.groupId, mark.memberId) }
      : { table: directory, rowKey: entryMarkKey(mark.by, mark.kind, mark.id) };

  return {
    entries: async function* (by) {
      const range = { partitionKey, ...startingWith(markPrefix(by)) };
      for await (const page of directory.range(range))
        yield page.map((row) => toEntryMark(by, row));
    },
    members: async function* (by) {
      const range = { partitionKey, ...startingWith(markPrefix(by)) };
      for await (const page of members.range(range)) yield page.map((row) => toMemberMark(by, row));
    },
    // One by one: a deletion inside a transaction has no etag (see `Operation`), and without one a
    // mark that was just written again would go unseen. To write over the marks first, which a
    // transaction can do by etag, only moves that moment.
    settle: async (marks) => {
      for (let at = 0; at < marks.length; at += AT_ONCE)
        await Promise.all(
          marks.slice(at, at + AT_ONCE).map((mark) => {
            const { table, rowKey } = placeOf(mark);
            const row = { partitionKey, rowKey };
            return deleteUnchanged(table, { op: 'delete', row, etag: mark.version });
          }),
        );
    },
  };
}

/** Where the marks of a connection lie: nobody asks for them once it is gone. */
export function markRanges(connectionId: string) {
  const partitionKey = partitionOf(connectionId);
  return [DIRECTORY_TABLE, MEMBERS_TABLE].flatMap((table) =>
    WRITERS.map((by) => ({ table, partitionKey, ...startingWith(markPrefix(by)) })),
  );
}

async function deleteUnchanged(table: Table, deletion: Operation): Promise<void> {
  try {
    await table.write([deletion]);
  } catch (error) {
    if (!hasCode(error, 'state-changed', 'not-found')) throw error;
  }
}

function toEntryMark(by: Writer, row: StoredRow): EntryMark {
  const [, kind, id = ''] = row.rowKey.split(':');
  const { externalId, objectId, ...mark } = parsed(by, row);
  return {
    ...mark,
    kind: kind === 'group' ? 'group' : 'user',
    id,
    ...(externalId !== undefined && { externalId }),
    ...(objectId !== undefined && { objectId }),
  };
}

function toMemberMark(by: Writer, row: StoredRow): MemberMark {
  const [, groupId = '', memberId = ''] = row.rowKey.split(':');
  const { externalId: _, objectId: __, ...mark } = parsed(by, row);
  return { ...mark, groupId, memberId };
}

function parsed(by: Writer, row: StoredRow) {
  const mark = markSchema.safeParse(row);
  if (!mark.success)
    throw new AppError('bad-answer', 'a row of the outbox does not have its shape');
  const { removed, at, externalId, objectId } = mark.data;
  return { by, removed, at, externalId, objectId, version: row.etag };
}
