import { z } from 'zod';
import { inParts, joinParts } from '../azure/byte-parts.ts';
import type { Row, StoredRow } from '../azure/tables.ts';
import { AppError } from '../errors.ts';
import type { Sealer } from '../ports/platform.ts';
import {
  type Agreed,
  agreedSchema,
  type Dirty,
  dirtyReasonSchema,
  givenUpSchema,
  type Link,
  type LinkTie,
  type Seen,
  seenSchema,
} from '../sync/link.ts';
import { lossKindSchema } from '../sync/losses.ts';
import { idOf, linkKey } from './keys.ts';

/** What a seal may take of its row. */
const MAX_PARTS = 4;

const tieSchema = z.object({
  kind: z.enum(['user', 'group']),
  appId: z.string().optional(),
  state: z.enum(['unlinked', 'creating', 'linked', 'removed', 'gone', 'asked']),
  sighted: z.string(),
});

const rowSchema = tieSchema.extend({
  v: z.literal(1),
  sealKey: z.string(),
  agreedKey: z.string().optional(),
  wakeDue: z.enum(['again', 'anew']).optional(),
  dirtyReason: dirtyReasonSchema.optional(),
  dirtyDetail: z.string().optional(),
  attempts: z.number().optional(),
  due: z.coerce.number().optional(),
  dirtySince: z.coerce.number().optional(),
  loss: lossKindSchema.optional(),
  evidence: z.string().optional(),
  isHeld: z.boolean().optional(),
  kept: z.boolean().optional(),
  graceUntil: z.coerce.number().optional(),
  unmet: z.boolean().optional(),
  switching: z.boolean().optional(),
  givenUp: givenUpSchema.optional(),
  approvedUntil: z.coerce.number().optional(),
});

/** The columns that tell a tie. */
export const TIE_COLUMNS = ['kind', 'appId', 'state', 'sighted'] as const;

export function toTie(row: StoredRow): LinkTie {
  const { kind, appId, state, sighted } = tieSchema.parse(row);
  return { kind, appId: appId ?? null, state, sighted, entraId: entraIdOf(row) };
}

/**
 * Writes a link as a row; `seen` and `agreed` are sealed, bound to their place, so that a seal moved
 * to another row does not open.
 * @throws AppError `payload-too-large` when a seal does not fit
 */
export async function toRow(partitionKey: string, link: Link, sealer: Sealer): Promise<Row> {
  const rowKey = linkKey(link.entraId);
  const place = `${partitionKey}/${rowKey}`;
  const seen = await sealer.seal(JSON.stringify(link.seen), `${place}/seen`);
  const agreed = link.agreed && (await sealer.seal(JSON.stringify(link.agreed), `${place}/agreed`));
  const dirty = link.dirty;
  return {
    partitionKey,
    rowKey,
    v: 1,
    kind: link.kind,
    state: link.state,
    sighted: link.sighted,
    sealKey: seen.keyId,
    ...parts('seen', seen.bytes),
    ...(agreed && { agreedKey: agreed.keyId, ...parts('agreed', agreed.bytes) }),
    ...(link.appId !== null && { appId: link.appId }),
    ...(link.wakeDue && { wakeDue: link.wakeDue }),
    ...(dirty && {
      dirtyReason: dirty.reason,
      attempts: dirty.attempts,
      due: String(dirty.due),
      dirtySince: String(dirty.since),
    }),
    ...(dirty?.detail !== undefined && { dirtyDetail: dirty.detail }),
    ...(dirty?.loss && { loss: dirty.loss }),
    ...(dirty?.evidence !== undefined && { evidence: dirty.evidence }),
    ...(dirty?.isHeld && { isHeld: true }),
    ...(dirty?.approvedUntil !== undefined && { approvedUntil: String(dirty.approvedUntil) }),
    ...(link.kept && { kept: true }),
    ...(link.graceUntil !== null && { graceUntil: String(link.graceUntil) }),
    ...(link.unmet && { unmet: true }),
    ...(link.switching && { switching: true }),
    ...(link.givenUp && { givenUp: link.givenUp }),
  };
}

export async function toLink(row: StoredRow, sealer: Sealer): Promise<Link> {
  const known = rowSchema.parse(row);
  const place = `${row.partitionKey}/${row.rowKey}`;
  const open = async (name: string, keyId: string) =>
    JSON.parse(await sealer.open({ keyId, bytes: joinParts(row, name) }, `${place}/${name}`));
  const seen: Seen = seenSchema.parse(await open('seen', known.sealKey));
  const agreed: Agreed | null =
    known.agreedKey === undefined
      ? null
      : agreedSchema.parse(await open('agreed', known.agreedKey));
  return {
    ...toTie(row),
    seen,
    agreed,
    wakeDue: known.wakeDue ?? null,
    kept: known.kept ?? false,
    graceUntil: known.graceUntil ?? null,
    unmet: known.unmet ?? false,
    switching: known.switching ?? false,
    givenUp: known.givenUp ?? null,
    dirty: toDirty(known),
  };
}

function toDirty(known: z.infer<typeof rowSchema>): Dirty | null {
  if (known.dirtyReason === undefined) return null;
  return {
    reason: known.dirtyReason,
    attempts: known.attempts ?? 1,
    due: known.due ?? 0,
    since: known.dirtySince ?? 0,
    ...(known.dirtyDetail !== undefined && { detail: known.dirtyDetail }),
    ...(known.loss && { loss: known.loss }),
    ...(known.evidence !== undefined && { evidence: known.evidence }),
    ...(known.isHeld && { isHeld: true }),
    ...(known.approvedUntil !== undefined && { approvedUntil: known.approvedUntil }),
  };
}

function entraIdOf(row: StoredRow): string {
  return idOf(row.rowKey.slice('l:'.length));
}

function parts(name: string, bytes: Uint8Array): Record<string, Uint8Array> {
  const split = inParts(name, bytes);
  if (Object.keys(split).length > MAX_PARTS)
    throw new AppError('payload-too-large', `the object's ${name} is too large`);
  return split;
}
