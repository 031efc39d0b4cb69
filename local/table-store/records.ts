/** A change of one row; `packed` is undefined where it was removed. */
export interface RowChange {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly packed: string | undefined;
}

/** Which table; its name is as it was created, and compared without regard to case. */
export interface TableName {
  readonly account: string;
  readonly table: string;
}

/** One change of the database, which is made as a whole or not at all. */
export type Change =
  | ({ readonly kind: 'rows'; readonly rows: readonly RowChange[] } & TableName)
  /** Makes the table where there is none, and sets its access policies. */
  | ({ readonly kind: 'table'; readonly acl: unknown } & TableName)
  | ({ readonly kind: 'drop' } & TableName)
  | { readonly kind: 'properties'; readonly account: string; readonly properties: object };

/**
 * The change as one line. Its fields are apart by tabs, which neither JSON nor keys contain
 * (Table Storage docs: "Characters disallowed in key fields").
 */
export function toLine(change: Change): string {
  return `${fieldsOf(change).join('\t')}\n`;
}

function fieldsOf(change: Change): string[] {
  const { kind, account } = change;
  if (kind === 'properties') return [kind, account, JSON.stringify(change.properties)];
  const fields = [kind, account, change.table];
  if (kind === 'table') fields.push(JSON.stringify(change.acl ?? null));
  if (kind === 'rows')
    for (const { partitionKey, rowKey, packed } of change.rows)
      fields.push(partitionKey, rowKey, packed ?? '');
  return fields;
}

/** @throws Error where the fields are of no change. */
export function toChange(fields: readonly string[]): Change {
  const [kind, account = '', third = '', fourth = ''] = fields;
  switch (kind) {
    case 'rows':
      return { kind, account, table: third, rows: rowChanges(fields) };
    case 'table':
      return { kind, account, table: third, acl: JSON.parse(fourth) ?? undefined };
    case 'drop':
      return { kind, account, table: third };
    case 'properties':
      return { kind, account, properties: JSON.parse(third) };
    default:
      throw new Error(`The log of the tables has a line of an unknown kind: ${kind}`);
  }
}

function rowChanges(fields: readonly string[]): readonly RowChange[] {
  const rows: RowChange[] = [];
  for (let at = 3; at + 2 < fields.length; at += 3)
    rows.push({
      partitionKey: fields[at] ?? '',
      rowKey: fields[at + 1] ?? '',
      packed: fields[at + 2] || undefined,
    });
  return rows;
}
