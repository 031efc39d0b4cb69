import { z } from 'zod';
import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { answerOf } from './answer-of.ts';
import type { Api } from './api.ts';
import { withQuery } from './paths.ts';

const MOST_A_PAGE = 200;

/** What of a list is wanted. */
export interface Wanted {
  readonly path: string;
  /** The member of a page that holds what is listed. */
  readonly member: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Infinity = all. */
  readonly limit: number;
}

/** A list, as far as it was wanted. */
export interface Listed {
  readonly items: readonly unknown[];
  readonly hasMore: boolean;
}

/**
 * Follows the pages of a list until there are enough; a page may be short though more follow.
 * @throws CommandFailure
 */
export async function readPages(api: Api, { path, member, query, limit }: Wanted): Promise<Listed> {
  const pageSchema = z.object({ [member]: z.array(z.unknown()), next: z.string().optional() });
  const items: unknown[] = [];
  const seen = new Set<string>();
  let at: string | undefined = withQuery(path, { size: Math.min(MOST_A_PAGE, limit), ...query });
  while (at !== undefined && items.length < limit) {
    seen.add(at);
    const page: Readonly<Record<string, unknown>> = answerOf(pageSchema, await api.get(at));
    items.push(...answerOf(z.array(z.unknown()), page[member]));
    at = answerOf(z.string().optional(), page.next);
    if (at !== undefined && (!at.startsWith('/manage/') || seen.has(at)))
      throw new CommandFailure(EXIT.refused, 'A page of the list names a next one that is none.');
  }
  return { items: items.slice(0, limit), hasMore: at !== undefined || items.length > limit };
}
