import { z } from 'zod';
import { AppError } from '../errors.ts';
import { LANES } from '../sync/lanes.ts';
import type { Call } from './manage.ts';

/** Where a list that goes lane by lane goes on. */
export interface LaneCursor {
  readonly lane: number;
  readonly from?: string;
}

/** How many a page holds. */
export const sizeSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .describe('How many a page holds');

/** Where a list that goes lane by lane goes on. */
export const afterSchema = z
  .string()
  .max(600)
  .optional()
  .describe('Taken from `next` of the page before');

/** The query of such a list. */
export const lanePageShape = { size: sizeSchema, after: afterSchema };

const cursorSchema = z
  .tuple([
    z
      .number()
      .int()
      .min(0)
      .max(LANES - 1),
    z.string().max(400).nullable(),
  ])
  .transform(([lane, from]): LaneCursor => ({ lane, ...(from !== null && { from }) }));

/** The query of a call, as plain names and values. */
export function queryOf({ request }: Call): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

/**
 * How many to show, and from where.
 * @throws AppError `bad-request`
 */
export function lanePageOf(call: Call): { size: number; cursor: LaneCursor } {
  const { size: wanted, after } = queryOf(call);
  const size = sizeSchema.safeParse(wanted);
  if (!size.success)
    throw new AppError('bad-request', 'size: 1 to 200; after: from the page before');
  return { size: size.data, cursor: cursorOf(after) };
}

/**
 * Where a list goes on; at its beginning where nothing is said.
 * @throws AppError `bad-request`
 */
export function cursorOf(after: string | undefined): LaneCursor {
  const cursor = after === undefined ? { lane: 0 } : parseCursor(after);
  if (!cursor) throw new AppError('bad-request', 'after: from the page before');
  return cursor;
}

function parseCursor(text: string): LaneCursor | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return cursorSchema.safeParse(parsed).data;
  } catch {
    return undefined;
  }
}

/** A cursor as it stands in an address. */
export function cursorText({ lane, from }: LaneCursor): string {
  return Buffer.from(JSON.stringify([lane, from ?? null])).toString('base64url');
}
