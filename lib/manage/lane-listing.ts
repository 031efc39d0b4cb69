import type { Lane, Waiting } from '../ports/lanes.ts';
import { LANES } from '../sync/lanes.ts';
import type { Call } from './manage.ts';
import { cursorText, type LaneCursor } from './paging.ts';

/** One page of what waits in the lanes, and where the next one begins. */
export interface LanePage<T> {
  readonly found: readonly T[];
  readonly next?: string;
}

/** How to list what waits in one lane, and what to show of it. */
export interface LaneListing<T> {
  readonly pages: (lane: Lane, page: { size: number; from?: string }) => AsyncGenerator<Waiting>;
  /** In any number: what is not to be shown is left out. */
  readonly show: (lane: Lane, page: Waiting) => Promise<readonly T[]>;
}

/** A page of the table holds no more. */
const MOST_ROWS = 1_000;

/** Lists what waits, lane by lane, until a page is full. */
export async function listLanes<T>(
  { services }: Call,
  connectionId: string,
  page: { readonly size: number; readonly cursor: LaneCursor },
  { pages, show }: LaneListing<T>,
): Promise<LanePage<T>> {
  const found: T[] = [];
  for (let number = page.cursor.lane; number < LANES; number += 1) {
    const lane = await services.lanes.open(connectionId, number);
    const from = number === page.cursor.lane ? page.cursor.from : undefined;
    const size = Math.min(MOST_ROWS, page.size - found.length);
    for await (const some of pages(lane, { size, ...(from !== undefined && { from }) })) {
      found.push(...(await show(lane, some)));
      if (found.length < page.size) continue;
      return { found, next: cursorText({ lane: number, from: some.cursor }) };
    }
  }
  return { found };
}
