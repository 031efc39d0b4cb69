import { createHash } from 'node:crypto';
import { z } from 'zod';
import { inParts, joinParts } from '../azure/byte-parts.ts';
import type { Row, StoredRow } from '../azure/tables.ts';
import { AppError } from '../errors.ts';
import type { NestedPair } from '../ports/nesting.ts';
import type { StoredPlan } from '../ports/plans.ts';
import type { Sealer } from '../ports/platform.ts';
import {
  noCounts,
  type Plan,
  type PlannedObject,
  plannedDetailsSchema,
  plannedSchema,
  planStateSchema,
  planStepSchema,
} from '../sync/plan.ts';
import { ruleSettingsSchema } from '../sync/rules/settings.ts';
import { idOf, keyOf } from './keys.ts';
import { storedJson, storedText } from './stored-json.ts';

/** All plans of a connection stand in one partition: heads, which one was begun last, then rows. */
export const HEADS = 'h:';
export const LAST_ROW = 'last';

export const headKey = (planId: string) => `${HEADS}${planId}`;
/** What all rows of a plan begin with, but for its head. */
export const rowsPrefix = (planId: string) => `r:${planId}:`;
export const objectsPrefix = (planId: string) => `${rowsPrefix(planId)}o:`;
export const nestedPrefix = (planId: string) => `${rowsPrefix(planId)}p:`;
export const importedPrefix = (planId: string) => `${rowsPrefix(planId)}i:`;
export const importedKey = (planId: string, group: string) =>
  `${importedPrefix(planId)}${keyOf(group)}`;
/** The group whose row it is. */
export const importedOf = (planId: string, row: Row) => idOf(behind(importedPrefix(planId), row));
export const passedPrefix = (planId: string) => `${rowsPrefix(planId)}f:`;
export const passedKey = (planId: string, { holder, member }: NestedPair) =>
  `${passedPrefix(planId)}${keyOf(holder)}:${keyOf(member)}`;
const rolesPrefix = (planId: string) => `${rowsPrefix(planId)}m:`;
export const roleKey = (planId: string, user: string) => `${rolesPrefix(planId)}${keyOf(user)}`;
/** Names are hashed: they are personal, and may hold what a key must not. */
export const claimKey = (planId: string, text: string) =>
  `${rowsPrefix(planId)}n:${createHash('sha256').update(text).digest('base64url')}`;

/** The part of a row's key behind what it begins with. */
export const behind = (prefix: string, { rowKey }: Row) => rowKey.slice(prefix.length);

/** The user whose roles a row tells. */
export const userOf = (planId: string, row: Row) => idOf(behind(rolesPrefix(planId), row));

/** Rules that are longer cannot be saved with the connection either. */
const MOST_HEAD_BYTES = 700_000;
/** What is longer is left out: nobody reads it, and a row holds 1 MiB. */
const MOST_DETAIL_BYTES = 100_000;

const count = z.number().int().nonnegative();
/** A build before may not have known every decision. */
const counts = z
  .partialRecord(plannedSchema, count)
  .transform((known) => ({ ...noCounts().user, ...known }));
const headSchema = z.object({
  id: z.string(),
  connectionSince: z.string(),
  state: planStateSchema,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  rulesKey: z.string(),
  step: planStepSchema,
  stumbles: count,
  counts: z.object({ user: counts, group: counts }),
  memberships: count,
});
/** Names of users and groups stand in rules, and tokens in links. */
const sealedSchema = z.object({ rules: ruleSettingsSchema, link: z.string().nullable() });

/** @throws AppError `payload-too-large` */
export async function toHead(partitionKey: string, plan: Plan, sealer: Sealer): Promise<Row> {
  const rowKey = headKey(plan.id);
  const { rules, link, ...open } = plan;
  const text = JSON.stringify({ rules, link });
  const { keyId, bytes } = await sealer.seal(text, `${partitionKey}/${rowKey}`);
  if (bytes.length > MOST_HEAD_BYTES)
    throw new AppError('payload-too-large', 'the rules are too large to preview');
  const data = JSON.stringify(headSchema.parse(open));
  return { partitionKey, rowKey, v: 1, data, sealKey: keyId, ...inParts('sealed', bytes) };
}

export async function toPlan(row: StoredRow, sealer: Sealer): Promise<StoredPlan> {
  const head = headSchema.parse(storedJson(row.data));
  return { ...head, ...sealedSchema.parse(await opened(row, sealer)), version: row.etag };
}

/** Only the kind, the id and the decision stand in clear. */
export async function toObjectRow(
  partitionKey: string,
  planId: string,
  object: PlannedObject,
  sealer: Sealer,
): Promise<Row> {
  const { kind, id, decision, name, rule, reason, changes, toEntra } = object;
  const rowKey = `${objectsPrefix(planId)}${kind}:${keyOf(id)}`;
  const text = JSON.stringify({ name, rule, reason, changes, toEntra });
  const isTooLong = Buffer.byteLength(text) > MOST_DETAIL_BYTES;
  const short = { name, rule, reason: 'the changes are too long to show', changes: [] };
  const plain = isTooLong ? JSON.stringify(short) : text;
  const { keyId, bytes } = await sealer.seal(plain, `${partitionKey}/${rowKey}`);
  return { partitionKey, rowKey, v: 1, decision, sealKey: keyId, ...inParts('sealed', bytes) };
}

const kindSchema = z.enum(['user', 'group']);

export async function toObject(
  planId: string,
  row: StoredRow,
  sealer: Sealer,
): Promise<PlannedObject> {
  const details = plannedDetailsSchema.parse(await opened(row, sealer));
  return { ...clearOf(planId, row), ...details };
}

/** What of an object stands in clear. */
export function clearOf(
  planId: string,
  row: StoredRow,
): Pick<PlannedObject, 'kind' | 'id' | 'decision'> {
  const [kind, key = ''] = behind(objectsPrefix(planId), row).split(':');
  return {
    kind: kindSchema.parse(kind),
    id: idOf(key),
    decision: plannedSchema.parse(row.decision),
  };
}

export const pairKey = (planId: string, { holder, member }: NestedPair) =>
  `${nestedPrefix(planId)}${keyOf(holder)}:${keyOf(member)}`;

export function toPair(planId: string, row: Row): NestedPair {
  const [holder = '', member = ''] = behind(nestedPrefix(planId), row).split(':');
  return { holder: idOf(holder), member: idOf(member) };
}

/** Roles are columns of their own, so that pages that tell of different ones add up. */
export function rolesIn(row: Row): number[] {
  return Object.keys(row).flatMap((name) => (/^r\d+$/.test(name) ? [Number(name.slice(1))] : []));
}

export function roleColumns(roles: readonly number[]): Record<string, true> {
  return Object.fromEntries(roles.map((role) => [`r${role}`, true]));
}

async function opened(row: StoredRow, sealer: Sealer): Promise<unknown> {
  const sealed = { keyId: storedText(row.sealKey), bytes: joinParts(row, 'sealed') };
  return JSON.parse(await sealer.open(sealed, `${row.partitionKey}/${row.rowKey}`));
}
